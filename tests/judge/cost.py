"""Measures what judging costs: how much of the machine it uses, and what a second judging of a few programs takes.

    python3 tests/judge/cost.py POLYMER [--programs 500] [--cases 20] [--changed 10] [--rounds 7]

Programs are in C and take microseconds. All figures are CPU time of all processes; the share of the machine is that over
the time that passed and the cores. Compiled code and built modules go to a folder that is new. Nothing is asserted.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

PROGRAM = """#include <stdio.h>
/* {number} */
int main(void) {{
    long sum = 0, value;
    while (scanf("%ld", &value) == 1) sum += value;
    printf("%ld\\n", sum + {number} - {number});
    return 0;
}}
"""


def judge(polymer: str, folder: pathlib.Path, programs: str, run_dir: str) -> tuple:
    """Judge; return the CPU time and the time that passed, in seconds."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    line = [polymer, "judge", programs, "cases.jsonl", "--run-dir", run_dir, "-q", "--fail-on-wrong", "-o", "table.txt"]
    before, began = os.times(), time.monotonic()
    subprocess.run(line, cwd=folder, env=environment, check=True)
    after, took = os.times(), time.monotonic() - began
    return after.children_user + after.children_system - before.children_user - before.children_system, took


def write(folder: pathlib.Path, numbers: range, revision: int) -> None:
    """Write programs; another revision is another text."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"p{number:04}.c").write_text(PROGRAM.format(number=number + 1_000_000 * revision))


def main() -> None:
    """Judge all, then again with some changed, then those alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("polymer")
    parser.add_argument("--programs", type=int, default=500)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--changed", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7, help="pairs of a judging with some changed and of those alone")
    args = parser.parse_args()
    polymer, cores = os.path.abspath(args.polymer), len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        cases = (f'{{"id":"{n}","input":"{n} {n + 1}\\n","output":"{2 * n + 1}"}}\n' for n in range(args.cases))
        (folder / "cases.jsonl").write_text("".join(cases))
        # What builds of the language share is made before anything is measured.
        write(folder / "warm", range(1), 9)
        judge(polymer, folder, "warm", "warm-run")
        write(folder / "all", range(args.programs), 0)
        cpu, took = judge(polymer, folder, "all", "run")
        print(f"{args.programs} programs x {args.cases} cases: {cpu:.1f} s of CPU in {took:.1f} s: ", end="")
        print(f"{cpu / took / cores:.0%} of {cores} cores")
        cpu, took = judge(polymer, folder, "all", "run")
        print(f"the same again: {cpu:.2f} s of CPU in {took:.1f} s")
        idle, ratios = cpu, []
        for number in range(args.rounds):
            write(folder / "all", range(args.changed), 2 * number + 1)
            changed, _ = judge(polymer, folder, "all", "run")
            write(folder / "few", range(args.changed), 2 * number + 2)
            alone, _ = judge(polymer, folder, "few", f"few-{number}")
            ratios.append(changed / alone)
            print(f"with {args.changed} changed: {changed:.2f} s of CPU, {args.changed} alone: {alone:.2f} s, {changed / alone:.2f}")
        ratios.sort()
        print(f"the ratio is {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), of which looking at ", end="")
        print(f"all of them again is {idle / alone:.2f}")


if __name__ == "__main__":
    main()
