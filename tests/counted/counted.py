"""Counts what a task costs, in instructions and in fuel, and holds it to `baseline.json`.

A change that makes a record of the supervisor or an attempt of the worker dearer by 3 % is seen, on
any machine and however busy it is. Of a run with few tasks and of one with more, each played by a
test of the workspace under valgrind, the difference is counted, so no start is in it. Code differs
from one compiler to another: where that is not the one of the baseline, instructions are shown and
held to nothing. Fuel is exact everywhere.

    counted.py VALGRIND [--write]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BASELINE = HERE / "baseline.json"
MAY_DIFFER = 0.03
ROUNDS = 2

#: What is counted: the test binary, the test in it, and how many tasks two runs have.
COUNTED = {
    "supervisor, a record": ("library", "counted::runs_tasks", (1000, 5000)),
    "worker, an attempt": ("polymer_host_worker", "tests::counted::runs_attempts", (500, 2500)),
}
#: Guests, and a line for each.
GUESTS = {"silent": "x", "rounds": "ok", "writes": "x"}


def built():
    """The test binaries of the workspace, as all tests are built: the path of each, and the folder
    of its package."""
    command = ["cargo", "test", "--locked", "--workspace", "--no-run", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = {}
    for message in map(json.loads, lines):
        if message.get("executable") and message["profile"]["test"]:
            found[message["target"]["name"]] = message["executable"], Path(message["manifest_path"]).parent
    return found


def instructions(valgrind, program, folder, test, tasks):
    """Instructions of one process that plays so many tasks."""
    with tempfile.NamedTemporaryFile("r") as log:
        counting = [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        counting += [f"--log-file={log.name}", program, "--exact", test, "--ignored", "--test-threads", "1"]
        env = {**os.environ, "POLYMER_COUNTED_TASKS": str(tasks), "CARGO_MANIFEST_DIR": str(folder)}
        done = subprocess.run(counting, cwd=folder, env=env, capture_output=True, text=True)
        told = log.read()
    if done.returncode or "1 passed" not in done.stdout:
        sys.exit(f"{test} failed:\n{done.stdout}{done.stderr}{told}")
    return int(re.search(r"refs:\s*([\d,]+)", told)[1].replace(",", ""))


def counts(valgrind, programs):
    """Instructions a task of each process. Of several rounds the least: what else a process does
    only adds to it."""
    found = {}
    for name, (target, test, (few, many)) in COUNTED.items():
        program, folder = programs[target]
        least = [
            min(instructions(valgrind, program, folder, test, tasks) for _ in range(ROUNDS)) for tasks in (few, many)
        ]
        found[name] = round((least[1] - least[0]) / (many - few))
    return found


def fuel():
    """Fuel of each guest."""
    found = {}
    for guest, line in GUESTS.items():
        command = [ROOT / "target/debug/polymer", "run", ROOT / f"tests/guests/{guest}.wat", "--no-cache", "-q"]
        done = subprocess.run(command, input=line + "\n", capture_output=True, text=True)
        record = json.loads(done.stdout)
        if record["verdict"] != "ok" or not record["stats"]["fuel_exact"]:
            sys.exit(f"{guest} did not end well: {done.stdout}{done.stderr}")
        found[guest] = record["stats"]["fuel"]
    return found


def main():
    valgrind, *flags = sys.argv[1:]
    rustc = subprocess.run(["rustc", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    programs = built()
    now = {"rustc": rustc, "instructions": counts(valgrind, programs) if valgrind else {}, "fuel": fuel()}
    if flags == ["--write"]:
        BASELINE.write_text(json.dumps(now, indent=2) + "\n")
        return 0
    then = json.loads(BASELINE.read_text())
    failed = []
    for name, count in now["instructions"].items():
        ratio = count / then["instructions"][name]
        print(f"{name}: {count:,} instructions, {ratio:.3f} of the baseline")
        if now["rustc"] == then["rustc"] and abs(ratio - 1) > MAY_DIFFER:
            failed.append(f"{name}: {count:,} instructions where there were {then['instructions'][name]:,}")
    for guest, units in now["fuel"].items():
        print(f"{guest}: {units:,} units of fuel")
        if units != then["fuel"][guest]:
            failed.append(f"{guest}: {units:,} units of fuel where there were {then['fuel'][guest]:,}")
    if now["rustc"] != then["rustc"]:
        print(f"instructions are held to nothing: the baseline is that of {then['rustc']}, this is {now['rustc']}")
    if failed:
        print("\n".join(failed), file=sys.stderr)
        print("where that is meant, `.ci/counted --write` moves the baseline", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
