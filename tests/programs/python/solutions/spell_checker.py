import re
import sys
from collections import Counter

CORPUS = """the quick brown fox jumps over the lazy dog while the other dogs sleep in the
garden and the fox runs through the grass to reach the river where fish swim in cold water
people say that spelling is easy but writing a good sentence takes some practice and they
often receive letters with errors which a simple program could correct without any trouble"""
WORDS = Counter(CORPUS.split())
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def edits1(word):
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return ({a + b[1:] for a, b in splits if b}
            | {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
            | {a + c + b[1:] for a, b in splits if b for c in LETTERS}
            | {a + c + b for a, b in splits for c in LETTERS})


def known(words):
    return {w for w in words if w in WORDS}


def candidates(word):
    return known([word]) or known(edits1(word)) or known(e2 for e1 in edits1(word) for e2 in edits1(e1)) or {word}


def correction(word):
    return min(candidates(word), key=lambda w: (-WORDS[w], w))


def distance(a, b):
    """Damerau-Levenshtein (optimal string alignment)."""
    d = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(-1, len(b))}
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
    return d[len(a) - 1, len(b) - 1]


def soundex(name):
    codes = {c: d for d, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in group}
    out, last = name[0].upper(), codes.get(name[0].lower())
    for c in name[1:].lower():
        code = codes.get(c)
        if code and code != last:
            out += str(code)
        if c not in "hw":
            last = code
    return (out + "000")[:4]


for line in sys.stdin:
    fixed = re.sub(r"[a-z]+", lambda m: correction(m[0]), line.lower())
    print(fixed, end="")
    for wrong, right in zip(line.lower().split(), fixed.split()):
        if wrong != right:
            print(f"    {wrong} -> {right} ({distance(wrong, right)}), of {sorted(candidates(wrong.strip('.,')))}")

print(len(edits1("fox")), distance("kitten", "sitting"), distance("ab", "ba"), distance("", "abc"), distance("rosettacode", "raisethysword"))
print({n: soundex(n) for n in ("Robert", "Rupert", "Rubin", "Ashcraft", "Tymczak", "Pfister", "Honeyman")})
