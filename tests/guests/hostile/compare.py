#!/usr/bin/env python3
"""Run every hostile guest of this folder by another host, and say what it cost.

usage: compare.py COMMAND...    where {module} stands for the guest

  compare.py polymer run {module} --timeout 2s --emit none --quiet
  compare.py wasmtime run -W timeout=2s -W max-memory-size=268435456 {module}

A guest is held if its host ends within 10 s, takes less than 512 MiB and says less than 64 MiB.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

LIMIT = 10.0
MEMORY = 512 << 20
SAID = 64 << 20


def run(command: list[str]) -> tuple[str, float, int, int]:
    """Return how it ended, its seconds, its peak memory and the bytes that it said."""
    said = 0
    with tempfile.TemporaryDirectory() as place:
        begun = time.monotonic()
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=place,
        )
        assert process.stdin and process.stdout
        try:
            process.stdin.write(b"x\n")
            process.stdin.close()
        except BrokenPipeError:
            pass
        timer = threading.Timer(LIMIT, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        while part := process.stdout.read1(1 << 16):
            said += len(part)
            if said > SAID:
                # Not by the object, which would wait for it and lose what it used.
                os.kill(process.pid, signal.SIGKILL)
                break
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        return (
            str(process.returncode),
            time.monotonic() - begun,
            used.ru_maxrss * 1024,
            said,
        )


def main() -> None:
    """Run all of them."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    held = 0
    guests = sorted(pathlib.Path(__file__).parent.glob("*.wat"))
    print("guest\tend\tseconds\tMiB\tbytes said\theld")
    for guest in guests:
        end, seconds, memory, said = run(
            [word.replace("{module}", str(guest)) for word in sys.argv[1:]]
        )
        is_held = seconds < LIMIT and memory < MEMORY and said < SAID
        held += is_held
        print(
            f"{guest.stem}\t{end}\t{seconds:.1f}\t{memory >> 20}\t{said}\t{'yes' if is_held else 'NO'}"
        )
    print(f"{held} of {len(guests)} held")


if __name__ == "__main__":
    main()
