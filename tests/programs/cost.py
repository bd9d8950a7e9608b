"""Measures what programs as data cost: CPU of all processes, that of this one, the command and its workers.

    cost.py [NATIVE]

Needs the package `polymer_wasm` and the interpreters `@python` and `@javascript`. NATIVE is a command that runs a Python program natively,
`python3` by default, as a measure of the machine.

Compiled code is kept in a new cache, so what is measured first is the first use. Then comes a trivial program from the cache, and then a
table: 1,000 programs in 3 tests each. What they cost is printed beside what it may be, and nobody fails for it. That each cell of the table is
right is asserted, and that a second call with the file of the first runs none of them.
"""

import itertools
import json
import os
import pathlib
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

from polymer_wasm import score
from polymer_wasm._binary import command

# What it may cost, in seconds of CPU.
FIRST_USE, TABLE = 25.0, 20.0
TRIVIAL = {"@python": ("print(6 * 7)", 0.003), "@javascript": ("console.log(6 * 7)", 0.0005)}
PROGRAMS, ROUNDS, NATIVE_STARTS = 2000, 5, 20

# The problems of the table: print a number that belongs to the numbers on standard input.
PROBLEMS = {
    "sum": "sum(n)",
    "largest": "max(n)",
    "smallest": "min(n)",
    "spread": "max(n) - min(n)",
    "count": "len(n)",
    "different": "len(set(n))",
    "squares": "sum(i * i for i in n)",
    "sorted": "int(''.join(map(str, sorted(n))))",
    "even": "sum(1 for i in n if i % 2 == 0)",
    "second": "sorted(n)[1]",
}
INPUTS = ["3 1 2\n", "5 5\n7 9\n", "10 20 30 40 10\n"]

# Ways to solve one, by what stands for its expression.
RIGHT = [
    "n = list(map(int, open(0).read().split()))\nprint({})",
    "import sys\nn = [int(word) for line in sys.stdin for word in line.split()]\nprint({})",
    "import sys\ndef solve(n):\n    return {}\nsys.stdout.write(f'{{solve([int(i) for i in sys.stdin.read().split()])}}\\n')",
    "import re, sys\nclass Case:\n    def solve(self, n):\n        return {}\nprint(Case().solve([int(i) for i in re.findall(r'\\d+', sys.stdin.read())]))",
    "n = []\ntry:\n    while True:\n        n += map(int, input().split())\nexcept EOFError:\n    print({})",
]
READ = "import sys\nn = list(map(int, sys.stdin.read().split()))\n"
# Of 100 programs of a problem: how many there are, the program, and its verdicts.
PASSED, EACH = ["passed"] * 3, lambda verdict: [verdict] * 3
OTHERS = [
    (10, READ + "print({} if len(n) != 4 else 'none')", ["passed", "wrong_output", "passed"]),
    (5, READ + "print({}, 'is it')", EACH("wrong_output")),
    (8, READ + "if len(n) == 5:\n    raise ValueError(n)\nprint({})", ["passed", "passed", "wrong_exit_code"]),
    (4, READ + "print({})\nsys.exit(3)", EACH("wrong_exit_code")),
    (2, "print({}", EACH("wrong_exit_code")),
    (1, "n = list(map(int, input().split()))\nprint({})\nwhile True: pass", EACH("fuel_exhausted")),
    (1, "import itertools\nfor n in itertools.count(): n += 1", EACH("fuel_exhausted")),
    (1, READ + "import re\nre.match('(a+)+b', 'a' * 64)\nprint({})", EACH("fuel_exhausted")),
    (1, "n = []\nwhile True: n.append(' ' * 10**6)", EACH("memory_exceeded")),
    (1, READ + "n = 'x' * 10**9\nprint({})", EACH("memory_exceeded")),
]


def cpu():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def of_run(interpreter, lines):
    """CPU of a run of these programs."""
    before = cpu()
    asked = [command(), "run", interpreter, "-q", "--no-config", "--emit", "verdict"]
    done = subprocess.run(asked, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    assert set(done.stdout.splitlines()) == {b'{"verdict":"ok"}'}, done.stdout[:1000]
    return cpu() - before


def of_native(native, code):
    """CPU of a program in a native process."""
    before = cpu()
    for _ in range(NATIVE_STARTS):
        subprocess.run([*native, "-c", code], stdout=subprocess.DEVNULL, check=True)
    return (cpu() - before) / NATIVE_STARTS


def tell(what, seconds, limit, more=""):
    scale, unit = (1e3, "ms") if limit < 1 else (1, "s")
    print(f"{what:44} {seconds * scale:6.2f} {unit}, {seconds / limit:4.2f} of the {limit * scale:g} that it may be{more}", flush=True)


def trivial(native):
    for interpreter, (code, limit) in TRIVIAL.items():
        line = json.dumps(code) + "\n"
        tell(f"{interpreter}: first use", of_run(interpreter, line), FIRST_USE)
        found = [of_run(interpreter, line * PROGRAMS) / PROGRAMS for _ in range(ROUNDS)]
        more = f" ({min(found) * 1e3:.2f} to {max(found) * 1e3:.2f})"
        if interpreter == "@python":
            more += f"; a native process takes {of_native(native, code) / statistics.median(found):.0f} times as long"
        tell(f"{interpreter}: a trivial program", statistics.median(found), limit, more)


def table_of(expression):
    """100 programs of a problem, each with its verdicts."""
    rows = [(form.format(expression), verdicts) for count, form, verdicts in OTHERS for form in [form] * count]
    right = itertools.cycle(RIGHT)
    rows += [(next(right).format(expression), PASSED) for _ in range(100 - len(rows))]
    # No two of them are the same text, so that no cell stands for another.
    return [(f"# program {at}\n{code}\n", verdicts) for at, (code, verdicts) in enumerate(rows)]


def table():
    made = {name: table_of(expression) for name, expression in PROBLEMS.items()}
    programs = {name: [code for code, _ in rows] for name, rows in made.items()}
    expected = [verdicts for rows in made.values() for _, verdicts in rows]
    tests = {
        name: [{"stdin": text, "expect": str(eval(expression, {"n": list(map(int, text.split()))}))} for text in INPUTS]
        for name, expression in PROBLEMS.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        saved = pathlib.Path(folder, "cells.jsonl")
        limits = {"fuel": "200M", "memory": "64MiB", "saved": saved}
        before, began = cpu(), time.perf_counter()
        found = score(programs, tests, **limits)
        used, took = cpu() - before, time.perf_counter() - began
        wrong = [
            f"{found.problems[at]}, program {at % 100}: {row}, not {right}"
            for at, (row, right) in enumerate(zip(found.verdicts, expected, strict=True))
            if row != right
        ]
        assert not wrong, "\n".join([f"{len(wrong)} programs have other verdicts:", *wrong[:20]])
        size = saved.stat().st_size
        before = cpu()
        assert score(programs, tests, **limits).verdicts == expected
        assert saved.stat().st_size == size, "a second call ran cells again"
        again = cpu() - before
    tell(f"{len(expected):,} programs x {len(INPUTS)} tests", used, TABLE, f", in {took:.1f} s; each cell is right")
    print(f"    again, with its file: {again:.2f} s; {found.counts()}")


def main():
    native = shlex.split(sys.argv[1]) if len(sys.argv) > 1 else ["python3"]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        trivial(native)
        table()


if __name__ == "__main__":
    main()
