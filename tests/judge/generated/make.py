"""Writes problems of the kind that models of code are scored by: 164, with five programs each.

    python3 make.py FOLDER

FOLDER gets programs.jsonl, cases.jsonl and expected.json: the programs that are right, `pass@1` and
`pass@5`. The same files come out each time. What a case expects is what the right program gives,
run here; each wrong one is run too, so that it is known to be wrong.
"""

import contextlib
import io
import json
import math
import random
import sys
from pathlib import Path

PROBLEMS, SAMPLES, CASES = 164, 5, 3
ENDLESS = {(20, 4), (81, 0), (140, 2)}  # problem, sample: few, since each costs its time limit

NUMBERS = "numbers = list(map(int, input().split()))\n"
TEXT = "text = input()\n"
# A right program and a wrong one; K is another number in each problem.
FAMILIES = [
    (NUMBERS + "print(sum(n for n in numbers if n % K == 0))", NUMBERS + "print(sum(n for n in numbers if n % K))"),
    (NUMBERS + "print(sum(n > K for n in numbers))", NUMBERS + "print(sum(n > -K for n in numbers) + 1)"),
    (NUMBERS + "print(*(numbers[K % 8 :] + numbers[: K % 8]))", NUMBERS + "print(*(numbers[::-1]))"),
    (NUMBERS + "print(*(min(max(n, -K), K) for n in numbers))", NUMBERS + "print(*(min(n, K) - 1 for n in numbers))"),
    (NUMBERS + "print(sorted(numbers)[K % 5])", NUMBERS + "print(sorted(numbers)[K % 5] + 1)"),
    (NUMBERS + "print(*numbers[K % 3 :: 2])", NUMBERS + "print(*numbers[K % 3 :: 3])"),
    (
        "import math\n" + NUMBERS + "print(*(math.gcd(n, K) for n in numbers))",
        "import math\n" + NUMBERS + "print(*(math.gcd(n, K) * 2 for n in numbers))",
    ),
    (
        NUMBERS + "total = 0\nfor n in numbers:\n    total = total * K + n\nprint(total % 1000003)",
        NUMBERS + "total = 0\nfor n in numbers:\n    total = total + K * n\nprint(total % 1000003 + 7)",
    ),
    (
        TEXT + "print(''.join(chr((ord(c) - 97 + K) % 26 + 97) if c != ' ' else c for c in text))",
        TEXT + "print(''.join(chr((ord(c) - 97 + K + 1) % 26 + 97) if c != ' ' else c for c in text))",
    ),
    (
        TEXT + "print(sum(len(word) >= K % 4 + 2 for word in text.split()))",
        TEXT + "print(sum(len(word) >= K % 4 + 2 for word in text.split()) + 1)",
    ),
    (TEXT + "print(*sorted(text.split(), key=lambda w: (len(w), w)), K)", TEXT + "print(*text.split(), -K)"),
    (TEXT + "print(text[K % 6 :].upper())", TEXT + "print(text[K % 6 + 1 :].upper())"),
]


def run(code, line):
    """What a program prints, given a line; None if it fails."""
    output, lines = io.StringIO(), iter([line])
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(code, "program", "exec"), {"input": lambda: next(lines)})
    except (Exception, SystemExit):
        return None
    return output.getvalue().split("\n")


def wrong(right, mistaken, kind):
    """A program that is wrong in one of several ways."""
    return [
        mistaken,
        right + "\nraise ValueError('too late')",
        "input()",
        right + "\nprint('(",
        right + "\nprint('that was it')",
        right + "\nraise SystemExit(3)",
    ][kind % 6]


def lines_of(family, chance):
    """Inputs of a problem."""
    for _ in range(CASES):
        if FAMILIES[family][0].startswith(TEXT):
            words = ("".join(chance.choices("abcdefgh", k=chance.randint(2, 7))) for _ in range(6))
            yield " ".join(words)
        else:
            yield " ".join(str(chance.randint(-99, 99)) for _ in range(9))


def problem(number):
    """Its cases, its programs, and which of them are right."""
    chance = random.Random(number)
    family, k = number % len(FAMILIES), 2 + number // len(FAMILIES)
    right, mistaken = (code.replace("K", str(k)) for code in FAMILIES[family])
    name = f"p{number:03}"
    lines = list(lines_of(family, chance))
    expected = [run(right, line) for line in lines]
    cases = [
        {"id": str(place), "problem": name, "input": line + "\n", "expect": {"output": "\n".join(output)}}
        for place, (line, output) in enumerate(zip(lines, expected), 1)
    ]
    passing = set(chance.sample(range(SAMPLES), number * 7 % (SAMPLES + 1)))
    passing = {sample for sample in passing if (number, sample) not in ENDLESS}
    programs = []
    for sample in range(SAMPLES):
        code = right if sample in passing else wrong(right, mistaken, number + sample)
        if (number, sample) in ENDLESS:
            code = "while True:\n    pass"
        elif ([run(code, line) for line in lines] == expected) != (sample in passing):
            sys.exit(f"sample {sample} of {name} is not what it should be")
        code = f"# sample {sample}\n{code}\n"
        programs.append({"id": f"{name}/{sample}", "problem": name, "language": "python", "code": code})
    return cases, programs, sorted(f"{name}/{sample}" for sample in passing)


def pass_at(k, counts):
    """The chance that one of k samples is right, over problems with that many right samples."""
    missed = [math.comb(SAMPLES - count, k) / math.comb(SAMPLES, k) for count in counts]
    return 1 - sum(missed) / len(missed)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    made = [problem(number) for number in range(PROBLEMS)]
    for place, name in enumerate(("cases", "programs")):
        rows = (json.dumps(row) + "\n" for parts in made for row in parts[place])
        (folder / f"{name}.jsonl").write_text("".join(rows))
    counts = [len(passing) for _, _, passing in made]
    expected = {
        "pass@1": round(pass_at(1, counts), 6),
        "pass@5": round(pass_at(5, counts), 6),
        "right": [name for _, _, passing in made for name in passing],
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print({key: expected[key] for key in ("pass@1", "pass@5")}, len(expected["right"]), "programs are right")


main(Path(sys.argv[1]))
