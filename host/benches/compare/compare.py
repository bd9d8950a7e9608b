#!/usr/bin/env python3
"""The same small task with what a user would take instead of Polymer: CPU of all processes and time a task, in pairs that take turns.

    compare.py [--write] [--rounds N] [--polymer PROGRAM] [NAME...]

The task is the length of a text of 100 bytes: what is measured is what each brings beside the work. Every program handles the same lines, from
the start of its process to its end, with two workers; Polymer has a user's defaults and writes a record for each line. A pair is one run of the
other and one of Polymer behind it. The median of the pairs is printed, with the least and the most, as a table in Markdown; `--write` puts it
into `host/docs/comparison.md`, with the machine, the date and the versions.

Python's packages come from PyPI into an environment of their own below `target`. What cannot be had is named as not run. Nothing is asserted but
that each line was handled.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLACE = ROOT / "target" / "compare"
PAGE = ROOT / "host" / "docs" / "comparison.md"
PACKAGES = {"pebble": "5.2.3", "wasmtime": "50.0.1", "pydantic-monty": "1.4.0", "capsule-run": "0.8.10"}
TEXT = "x" * 100

POOLS = """
import concurrent.futures, json, sys
def length(line):
    return len(json.loads(line))
if __name__ == "__main__":
    chunk, lines, out = sys.argv[1:]
    with open(lines) as lines, open(out, "w") as results, concurrent.futures.ProcessPoolExecutor(2) as pool:
        for result in pool.map(length, lines, chunksize=int(chunk)):
            results.write(f"{result}\\n")
"""

PEBBLE = """
import json, sys
from pebble import ProcessPool
def length(line):
    return len(json.loads(line))
if __name__ == "__main__":
    lines, out = sys.argv[1:]
    with open(lines) as lines, open(out, "w") as results, ProcessPool(max_workers=2) as pool:
        for result in pool.map(length, lines, timeout=10).result():
            results.write(f"{result}\\n")
"""

# A fresh store and instance for each line, as a program that embeds the engine would have it.
WASMTIME = """
import json, os, sys
import wasmtime
WAT = '(module (memory (export "memory") 1 1) (func (export "length") (param i32 i32) (result i32) local.get 1))'
def serve(lines, out):
    config = wasmtime.Config()
    config.consume_fuel = True
    engine = wasmtime.Engine(config)
    module = wasmtime.Module(engine, WAT)
    with open(out, "w") as results:
        for line in lines:
            text = json.loads(line).encode()
            store = wasmtime.Store(engine)
            store.set_fuel(10**9)
            store.set_limits(memory_size=64 << 20)
            exports = wasmtime.Instance(store, module, []).exports(store)
            exports["memory"].write(store, text, 0)
            results.write(f"{exports['length'](store, 0, len(text))}\\n")
lines = open(sys.argv[1]).readlines()
half = len(lines) // 2
child = os.fork()
serve(lines[:half] if child else lines[half:], sys.argv[2] + ("" if child else "2"))
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
with open(sys.argv[2], "a") as results:
    results.write(open(sys.argv[2] + "2").read())
"""

# A session for each line: what one leaves, another does not find.
MONTY = """
import json, sys, threading
import pydantic_monty
lines = iter(open(sys.argv[1]).readlines())
results, lock = [], threading.Lock()
limits = {"max_feed_duration_secs": 10.0, "max_memory": 64 << 20}
def serve(pool):
    while True:
        with lock:
            line = next(lines, None)
        if line is None:
            return
        with pool.checkout(limits=limits) as session:
            results.append(session.feed_run("len(text)", inputs={"text": json.loads(line)}))
with pydantic_monty.Monty() as pool:
    threads = [threading.Thread(target=serve, args=[pool]) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
open(sys.argv[2], "w").writelines(f"{result}\\n" for result in results)
"""

CAPSULE_TASK = """
from capsule import task

@task(name="main", compute="MEDIUM", ram="256MB")
def main(text: str) -> int:
    return len(text)
"""

CAPSULE = """
import asyncio, json, sys
from capsule import run
async def all_of(module, lines, out):
    todo, done = iter([json.loads(line) for line in open(lines)]), []
    async def serve():
        for text in todo:
            done.append(await run(file=module, args=[text]))
    await asyncio.gather(serve(), serve())
    with open(out, "w") as results:
        results.writelines(json.dumps(result) + "\\n" for result in done)
asyncio.run(all_of(*sys.argv[1:]))
"""

# A process of its own for each line, with limits that the kernel holds.
PROCESSES = """
import os, resource, sys
def serve(lines, out):
    for line in lines:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
            resource.setrlimit(resource.RLIMIT_AS, (64 << 20, 64 << 20))
            os.dup2(out, 1)
            os.execv("/bin/echo", ["echo", str(len(line) - 3)])
        assert os.waitpid(child, 0)[1] == 0
lines = open(sys.argv[1]).readlines()
out = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
half = len(lines) // 2
child = os.fork()
serve(lines[:half] if child else lines[half:], out)
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@dataclasses.dataclass(frozen=True)
class Other:
    """What is taken instead: its command for a file of lines and one of results, and how many lines it is given."""

    name: str
    between: str
    lines: int
    command: list
    program: str = ""


def others(python):
    """Return those that can be run here, and what is missing for the rest."""
    none, echo = "nothing", "processes"
    found = [
        Other("`ProcessPoolExecutor`, chunks of 1", none, 20_000, [python, script("pools", POOLS), "1"]),
        Other("`ProcessPoolExecutor`, chunks of 256", none, 500_000, [python, script("pools", POOLS), "256"]),
        Other("`pebble`, with a timeout", none, 2_000, [python, script("pebble_pool", PEBBLE)]),
        Other("`wasmtime` in Python, fuel and memory bounded", "instances", 10_000, [python, script("instances", WASMTIME)]),
        Other("`pydantic-monty`, time and memory bounded", "sessions of its interpreter", 2_000, [python, script("sessions", MONTY)]),
        Other("fork, rlimits and exec from Python", echo, 2_000, [python, script("processes", PROCESSES)]),
    ]
    missing = []
    if shutil.which("parallel"):
        line = 'parallel --will-cite -j2 /bin/echo :::: "$0" > "$1"'
        found.append(Other("GNU parallel over `/bin/echo`", echo, 1_000, ["sh", "-c", line], "parallel"))
    else:
        missing.append("GNU parallel (Debian package `parallel`)")
    module = capsule()
    if module:
        found.append(Other("`capsule-run`", "instances", 100, [python, script("capsules", CAPSULE), module]))
    else:
        missing.append("`capsule-run`, which could not build its module")
    return found, missing


def script(name, text):
    """Write a script, and return its path."""
    path = PLACE / f"{name}.py"
    path.write_text(text)
    return path


def capsule():
    """Build the module of `capsule-run`; return its path, or None."""
    (PLACE / "length.py").write_text(CAPSULE_TASK)
    built = subprocess.run(
        [PLACE / "python" / "bin" / "capsule", "build", "length.py", "--export"],
        cwd=PLACE, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    if built.returncode:
        print(built.stderr, file=sys.stderr)
        return None
    return PLACE / "length.wasm"


def environment():
    """The environment of all that is measured: the packages' programs are found first."""
    return {**os.environ, "PATH": f"{PLACE / 'python' / 'bin'}:{os.environ['PATH']}"}


def packages():
    """Make the environment of the others; return its Python."""
    python = PLACE / "python" / "bin" / "python"
    if not python.exists():
        venv.create(PLACE / "python", with_pip=True)
    wanted = [f"{name}=={version}" for name, version in PACKAGES.items()]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def measure(command, out, lines):
    """Run a command that handles so many lines; return microseconds of CPU and of time for each."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, cwd=PLACE, env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    handled = sum(1 for _ in open(out))
    assert handled == lines, f"{command}: {handled} of {lines} lines"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu / lines * 1e6, took / lines * 1e6


def compare(other, ours, rounds):
    """Run pairs of the other and Polymer; return the figures of each."""
    lines, out, records = PLACE / "lines.jsonl", PLACE / "results", PLACE / "records.jsonl"
    lines.write_text((json.dumps(TEXT) + "\n") * other.lines)
    command, mine = [*other.command, lines, out], [*ours, "--input", lines, "-o", records]
    # Whatever is made once, such as compiled code, is made before.
    measure(command, out, other.lines), measure(mine, records, other.lines)
    pairs = [(measure(command, out, other.lines), measure(mine, records, other.lines)) for _ in range(rounds)]
    verdicts = {json.loads(line)["verdict"] for line in open(records)}
    assert verdicts == {"ok"}, verdicts
    return pairs


def row(other, pairs):
    """A line of the table."""
    cpu = spread([theirs[0] for theirs, _ in pairs])
    took = spread([theirs[1] for theirs, _ in pairs])
    mine = spread([ours[0] for _, ours in pairs])
    ratio = spread([theirs[0] / ours[0] for theirs, ours in pairs])
    return f"| {other.name} | {other.between} | {other.lines:,} | {cpu} | {took} | {mine} | {ratio} |"


def spread(figures):
    """The median, the least and the most."""
    shown = [f"{figure:.2f}" if figure < 10 else f"{figure:,.0f}" for figure in (statistics.median(figures), min(figures), max(figures))]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def build():
    """Build Polymer and the task; return the command and the module."""
    cargo = ["cargo", "build", "--quiet", "--locked", "--release"]
    subprocess.run([*cargo, "-p", "polymer-wasm"], cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "polymer"


def module():
    """Build the task; return its module."""
    guests = ROOT / "host" / "benches" / "guests"
    cargo = ["cargo", "build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip1", "-p", "length"]
    subprocess.run([*cargo, "--target-dir", PLACE / "guests"], cwd=guests, check=True)
    return PLACE / "guests" / "wasm32-wasip1" / "release" / "length.wasm"


def said(*command):
    """What a command says."""
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def machine(polymer):
    """What was measured when and where, as lines of a list."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    changed = "" if not said("git", "status", "--porcelain", "--untracked-files=no") else ", with changes"
    versions = ", ".join(f"{name} {version}" for name, version in PACKAGES.items())
    kernel = platform.release().split("-")[0]
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return [
        f"- {datetime.date.today():%d %B %Y}, {said(polymer, '-V')}, commit {said('git', 'rev-parse', '--short', 'HEAD')}{changed}",
        f"- {os.cpu_count()} processors ({model}), {platform.system()} {kernel}, load {load} at the end",
        f"- Python {platform.python_version()}, {versions}",
    ]


HEAD = """# Beside other programs

You want to know what a task costs with what you would take instead. This page is written by
`python3 host/benches/compare/compare.py --write`; run it on your machine.

The task is the length of a text of 100 bytes, so nearly all of it is what each brings beside the
work. Each handles the same lines with two workers, from the start of its process to its end. Pairs
of the other and Polymer take turns: median, least and most. Polymer has a user's defaults: a fresh
instance for each task, the jail, limits of fuel, time and memory, and a record for each.

"""

COLUMNS = """
| | between tasks | lines | CPU a task, µs | time a task, µs | CPU of Polymer's, µs | CPU against Polymer's |
|---|---|---|---|---|---|---|
"""

FOOT = """
"Between tasks" is what keeps one from another: with nothing there, a task that crashes, loops or
changes what it finds does so to those that follow. What else each brings, such as retries, a jail
or records, is not in the table.
"""


def main():
    """Measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write host/docs/comparison.md")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each (default: 5)")
    parser.add_argument("--polymer", type=pathlib.Path, help="the program to measure; default: build it")
    parser.add_argument("names", nargs="*", help="parts of the names of those to measure; default: all")
    given = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    polymer, task = (given.polymer or build()).resolve(), module()
    found, missing = others(packages())
    ours = [polymer, "run", task, "-q", "-j", "2", "--cache-dir", PLACE / "cache"]
    rows = []
    for other in found:
        if not given.names or any(name in other.name for name in given.names):
            rows.append(row(other, compare(other, ours, given.rounds)))
            print(rows[-1], file=sys.stderr)
    lines = [f"- Not run: {'; '.join(missing)}"] if missing else []
    page = HEAD + "\n".join(machine(polymer) + lines) + "\n" + COLUMNS + "\n".join(rows) + "\n" + FOOT
    if given.write:
        PAGE.write_text(page)
    else:
        print(page)


if __name__ == "__main__":
    main()
