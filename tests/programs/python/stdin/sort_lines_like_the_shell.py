# argv: -r -u -n
import sys
import re

flags = {a for a in sys.argv[1:] if a.startswith("-")}


def numeric(line):
    m = re.match(r"\s*-?\d+(\.\d+)?", line)
    return float(m.group()) if m else 0.0


def natural(line):
    return [int(p) if p.isdigit() else p.lower() for p in re.split(r"(\d+)", line)]


lines = sys.stdin.read().splitlines()
print(len(lines))
key = numeric if "-n" in flags else None
result = sorted(lines, key=key, reverse="-r" in flags)
if "-u" in flags:
    seen = set()
    unique = []
    for line in result:
        k = key(line) if key else line
        if k not in seen:
            seen.add(k)
            unique.append(line)
    result = unique
print(*result, sep="\n")
print("== natural order")
lines.sort(key=natural)
print(*lines, sep="\n")
print("== plain order")
print(*sorted(lines), sep="\n")
