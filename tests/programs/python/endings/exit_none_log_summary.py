"""Summarise a log read from standard input, one line per level."""
import sys
from collections import Counter


def parse(line):
    level, _, message = line.partition(":")
    return level.strip().upper(), message.strip()


def report(lines):
    counts = Counter()
    last = {}
    for line in lines:
        if not line.strip():
            continue
        level, message = parse(line)
        counts[level] += 1
        last[level] = message
    for level, n in counts.most_common():
        print(f"{level}: {n} (last: {last[level]!r})")
    # No return statement: the caller hands None to sys.exit.


sys.exit(report(sys.stdin))
