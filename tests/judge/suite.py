"""Judges what stands beside this file with `polymer judge`, and holds the tables against what they have to be.

    python3 tests/judge/suite.py POLYMER [PART...]

Parts are `handins` (hand-ins of a class over three problems, in six languages), `class` (the example), `packages`
(one problem package for each feature of the format, with solutions), `code` (tests that are code, and programs that
leave before them) and `generated` (pass@k of a generated set);
without any, all of them. `--busy N` has N processes beside each part that do nothing but compute. It needs the
compilers of C, C++, Rust and Go, and the interpreters @python and @javascript.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROBLEMS = HERE.parents[1] / "examples" / "wasm-tasks" / "judge"


def judge(polymer: str, programs: pathlib.Path, cases: pathlib.Path, *flags: str) -> dict:
    """Return the table of these programs."""
    line = [polymer, "judge", str(programs), str(cases), "--format", "json", "-q", *flags]
    ended = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode not in (0, 106):
        sys.exit(f"{' '.join(line)} ended with {ended.returncode}:\n{ended.stderr}")
    return json.loads(ended.stdout)


def verdicts(row: dict) -> list:
    """Return the verdicts of a program, in the order of its cases."""
    return [cell["verdict"] for cell in row["cells"]]


def hand_ins(polymer: str, programs: pathlib.Path, expected: pathlib.Path) -> list:
    """Judge hand-ins over the three problems of the example; return what is not as expected."""
    wanted = json.loads(expected.read_text())
    # Time is to end what is too slow: a fast machine would come to the end of the usual fuel before.
    table = judge(polymer, programs, PROBLEMS / "problems", "--timeout", "3s", "--fuel", "1T")
    rows = {row["program"]: row for row in table["programs"]}
    wrong = []
    for program in wanted["programs"]:
        # `anna/guess.py` is called `anna/guess`.
        name = program["program"].rsplit(".", 1)[0]
        row = rows.pop(name, None)
        if row is None:
            wrong.append(f"{name}: it has no row")
            continue
        found = verdicts(row)
        for cell, want, have in zip(row["cells"], program["verdicts"], found, strict=True):
            if want != have:
                wrong.append(f"{name} {cell['case']}: {have} and not {want}: {cell['message'][:300]}")
        if "total" in program and abs(row["points"] - program["total"]) > 1e-9:
            wrong.append(f"{name}: {row['points']} points and not {program['total']}")
        if "accepted" in program and row["passed"] != program["accepted"]:
            wrong.append(f"{name}: passed is {row['passed']}")
    wrong.extend(f"{name}: nobody expects it" for name in rows)
    return wrong


def packages(polymer: str, _: None = None) -> list:
    """Judge the solutions of each package by it, and see others refused; return what is not as expected."""
    wrong = []
    ends = {"accepted": True, "wrong_answer": False, "time_limit_exceeded": False, "run_time_error": False}
    for package in sorted((HERE / "packages" / "taken").iterdir()):
        with tempfile.TemporaryDirectory() as place:
            programs = pathlib.Path(place)
            folders = {}
            for kind in sorted((package / "submissions").iterdir()):
                for solution in sorted(kind.iterdir()):
                    name = f"{kind.name}-{solution.stem}"
                    folders[name] = kind.name
                    (programs / name).mkdir()
                    (programs / name / solution.name).write_bytes(solution.read_bytes())
            # Legacy packages have no time limit of their own.
            limit = ["--cpu-timeout", "1s"] if package.name.startswith("legacy") else []
            table = judge(polymer, programs, package, *limit)
            for row in table["programs"]:
                kind = folders[row["program"]]
                found = verdicts(row)
                is_right = row["passed"] == ends[kind] and "judge_error" not in found
                if kind == "time_limit_exceeded":
                    is_right = is_right and "timeout" in found
                if not is_right:
                    wrong.append(f"{package.name} {row['program']}: {found}: {[c['message'] for c in row['cells']]}"[:600])
    refused = json.loads((HERE / "packages" / "refused.json").read_text())
    for package in sorted((HERE / "packages" / "refused").iterdir()):
        word = refused[package.name]
        line = [polymer, "judge", str(PROBLEMS / "programs"), str(package), "-q"]
        ended = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ended.returncode != 2 or word not in ended.stderr:
            wrong.append(f"{package.name}: ended with {ended.returncode}, and `{word}` is not in: {ended.stderr}")
    return wrong


CODE = {
    "right": ("def double(x):\n    return 2 * x\n", ["ok", "ok"]),
    "speaks": ("print('hello')\ndef double(x):\n    return x + x\n", ["ok", "ok"]),
    "wrong": ("def double(x):\n    return 2\n", ["ok", "task_error"]),
    "exits": ("import sys\nsys.exit(0)\n", ["task_error", "task_error"]),
    "leaves": ("import os\nos._exit(0)\n", ["wrong_output", "wrong_output"]),
    "claims": ("print('passed')\nraise SystemExit\n", ["task_error", "task_error"]),
    "endless": ("while True: pass\n", ["fuel_exhausted", "fuel_exhausted"]),
}


def code(polymer: str, _: None = None) -> list:
    """Judge programs by tests that are code, twice in one folder; return what is not as expected."""
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        programs = [{"id": name, "code": text, "language": "python"} for name, (text, _) in CODE.items()]
        cases = [{"id": "one", "test": "assert double(1) == 2"}, {"id": "two", "test": "assert double(2) == 4"}]
        for name, lines in (("programs", programs), ("cases", cases)):
            for case in lines if name == "cases" else []:
                case["input"] = ""
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        flags = ["--tests-as-code", "--fuel", "1G", "--run-dir", str(folder / "run")]
        wrong = []
        for _ in range(2):
            table = judge(polymer, folder / "programs.jsonl", folder / "cases.jsonl", *flags)
            found = {row["program"]: verdicts(row) for row in table["programs"]}
            wrong.extend(
                f"{name}: {found[name]} and not {want}" for name, (_, want) in CODE.items() if found[name] != want
            )
        records = (folder / "run" / "compared" / "results.jsonl").read_text().splitlines()
        if len(records) != 2 * len(CODE):
            wrong.append(f"{len(records)} records")
        return wrong


def generated(polymer: str, _: None = None) -> list:
    """Judge a generated set of Python programs; return what is not as expected."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, HERE / "generated" / "make.py", place], check=True)
        folder = pathlib.Path(place)
        wanted = json.loads((folder / "expected.json").read_text())
        flags = ["--pass-at", "1,5", "--fuel", "200M", "--memory", "64MiB"]
        table = judge(polymer, folder / "programs.jsonl", folder / "cases.jsonl", *flags)
        found = {estimate["k"]: estimate["mean"] for estimate in table["pass_at_k"]}
        print(f"  pass@1 {found[1]}, pass@5 {found[5]}")
        wanted = {1: wanted["pass@1"], 5: wanted["pass@5"]}
        return [f"pass@{k} is {found[k]} and not {wanted[k]}" for k in wanted if abs(found[k] - wanted[k]) > 1e-6]


PARTS = {
    "handins": lambda polymer: hand_ins(polymer, HERE / "handins", HERE / "expected.json"),
    "class": lambda polymer: hand_ins(polymer, PROBLEMS / "programs", HERE / "class.json"),
    "packages": packages,
    "code": code,
    "generated": generated,
}


def main() -> None:
    """Judge all that was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("polymer")
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    parser.add_argument("--busy", type=int, default=0)
    args = parser.parse_args()
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(args.busy)]
    failed = False
    try:
        for part in args.parts:
            before, began = os.times(), time.time()
            wrong = PARTS[part](args.polymer)
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            print(f"{part}: {len(wrong)} wrong; {cpu:.1f} s of CPU, {time.time() - began:.1f} s")
            print("".join(f"  {line}\n" for line in wrong), end="")
            failed = failed or bool(wrong)
    finally:
        for process in busy:
            process.kill()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
