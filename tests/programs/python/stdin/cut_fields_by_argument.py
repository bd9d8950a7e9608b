# argv: 1,3-4,6- : "|"
import sys


def parse_spec(spec):
    """'1,3-4,6-' -> [(0, 1), (2, 4), (5, None)]"""
    out = []
    for part in spec.split(","):
        lo, dash, hi = part.partition("-")
        if not dash:
            out.append((int(lo) - 1, int(lo)))
        else:
            out.append((int(lo) - 1 if lo else 0, int(hi) if hi else None))
    return out


spec, sep, joiner = sys.argv[1:4]
ranges = parse_spec(spec)
print(ranges)
for line in sys.stdin:
    fields = line.rstrip("\n").split(sep)
    picked = [f for a, b in ranges for f in fields[a:b]]
    print(*picked, sep=joiner)
