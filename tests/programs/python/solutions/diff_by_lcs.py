"""A line diff built on the longest common subsequence."""
import difflib

OLD = """\
def area(w, h):
    # plain rectangle
    return w * h

def main():
    print(area(2, 3))
    print("done")
"""
NEW = """\
import sys

def area(w, h=None):
    # plain rectangle
    return w * (w if h is None else h)

def main():
    print(area(2, 3))
    print("done", file=sys.stderr)
    return 0
"""


def lcs_table(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            t[i][j] = t[i + 1][j + 1] + 1 if a[i] == b[j] else max(t[i + 1][j], t[i][j + 1])
    return t


def lcs(a, b):
    t = lcs_table(a, b)
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            out.append(a[i])
            i, j = i + 1, j + 1
        elif t[i + 1][j] >= t[i][j + 1]:
            i += 1
        else:
            j += 1
    return out


def diff(a, b):
    t = lcs_table(a, b)
    i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            yield " ", a[i]
            i, j = i + 1, j + 1
        elif j == len(b) or i < len(a) and t[i + 1][j] >= t[i][j + 1]:
            yield "-", a[i]
            i += 1
        else:
            yield "+", b[j]
            j += 1


for a, b in [("1234", "1224533324"), ("thisisatest", "testing123testing"), ("", "x"), ("AGGTAB", "GXTXAYB")]:
    print(repr(a), repr(b), repr("".join(lcs(a, b))))

old, new = OLD.splitlines(), NEW.splitlines()
changes = list(diff(old, new))
for mark, line in changes:
    print(mark, line)
assert [l for m, l in changes if m != "+"] == old
assert [l for m, l in changes if m != "-"] == new
print(sum(m == "+" for m, _ in changes), "added,", sum(m == "-" for m, _ in changes), "removed")

print("--- the library says:")
print("\n".join(difflib.unified_diff(old, new, "old", "new", lineterm="", n=1)))
print(f"{difflib.SequenceMatcher(None, OLD, NEW).ratio():.4f}")
