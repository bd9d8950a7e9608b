import sys
import re
from functools import total_ordering


@total_ordering
class Version:
    """Semantic version, see semver.org for the precedence rules."""

    PATTERN = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$")

    def __init__(self, text):
        m = self.PATTERN.match(text.strip())
        if not m:
            raise ValueError(f"invalid version: {text.strip()!r}")
        self.numbers = tuple(int(g or 0) for g in m.group(1, 2, 3))
        self.pre = tuple(int(p) if p.isdigit() else p for p in m[4].split(".")) if m[4] else ()
        self.build = m[5]

    def _key(self):
        # a release sorts after its pre-releases; numbers sort before words
        pre = tuple((0, p, "") if isinstance(p, int) else (1, 0, p) for p in self.pre)
        return (self.numbers, not self.pre, pre)

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() == other._key()

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() < other._key()

    def __hash__(self):
        return hash(self._key())

    def __str__(self):
        s = ".".join(map(str, self.numbers))
        if self.pre:
            s += "-" + ".".join(map(str, self.pre))
        return s

    def __repr__(self):
        return f"Version({str(self)!r})"


def main():
    versions, errors = [], 0
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            versions.append(Version(line))
        except ValueError as e:
            errors += 1
            print(e)
    for v in sorted(versions):
        print(" ", v)
    print("newest:", max(versions), "oldest:", min(versions))
    print("newest release:", max((v for v in versions if not v.pre), default=None))
    print("distinct:", len(set(versions)), "of", len(versions))
    a, b = versions[0], versions[1]
    print(a, b, a < b, a <= b, a > b, a >= b, a == b, a != b)
    try:
        a < "1.0"
    except TypeError as e:
        print("TypeError:", e)
    return 2 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
