# argv: --key LEMON --shift 3
# classic ciphers, text comes from stdin
import argparse, string, sys
from itertools import cycle

ap = argparse.ArgumentParser()
ap.add_argument("--key", default="KEY")
ap.add_argument("--shift", type=int, default=13)
a = ap.parse_args()
U, L = string.ascii_uppercase, string.ascii_lowercase

def caesar(t, k):
    k %= 26
    return t.translate(str.maketrans(U + L, U[k:] + U[:k] + L[k:] + L[:k]))

def atbash(t): return t.translate(str.maketrans(U + L, U[::-1] + L[::-1]))

def vigenere(t, key, sign=1):
    ks = cycle(key.upper())
    return "".join(caesar(c, sign * U.index(next(ks))) if c in U + L else c for c in t)

def rail(t, n):
    idx = [*range(n), *range(n - 2, 0, -1)] if n > 1 else [0]
    rows = [""] * n
    for c, r in zip(t, cycle(idx)): rows[r] += c
    return "".join(rows)

def unrail(t, n):
    order = [int(i) for i in rail_indices(len(t), n)]
    out = [""] * len(t)
    for c, i in zip(t, order): out[i] = c
    return "".join(out)

def rail_indices(m, n):
    idx = [*range(n), *range(n - 2, 0, -1)] if n > 1 else [0]
    return [i for i, r in sorted(zip(range(m), cycle(idx)), key=lambda p: p[1])]

def morse(t):
    M = dict(zip(U, ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split()))
    return " / ".join(" ".join(M.get(c, "?") for c in w.upper()) for w in t.split())

def xor(t, key): return bytes(x ^ ord(k) for x, k in zip(t.encode(), cycle(key)))

def crack(t):
    freq = "ETAOINSHRDLU"
    return max(range(26), key=lambda k: sum(caesar(t, k).upper().count(c) * w for w, c in enumerate(reversed(freq), 1)))

for line in map(str.rstrip, sys.stdin):
    print("plain    ", line)
    c = caesar(line, a.shift)
    print("caesar   ", c, "| back", caesar(c, -a.shift) == line, "| cracked", -crack(c) % 26)
    print("atbash   ", atbash(line), atbash(atbash(line)) == line)
    v = vigenere(line, a.key)
    print("vigenere ", v, vigenere(v, a.key, -1) == line)
    r = rail(line, a.shift)
    print("rail     ", r, unrail(r, a.shift) == line)
    print("morse    ", morse(line))
    print("xor      ", xor(line, a.key).hex())
