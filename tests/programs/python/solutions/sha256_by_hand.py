"""SHA-256 (and MD5) from their descriptions, compared with hashlib."""
import hashlib
import math
import struct


def primes(n):
    found = []
    c = 2
    while len(found) < n:
        if all(c % p for p in found):
            found.append(c)
        c += 1
    return found


def cube_root_bits(p):
    """First 32 bits of the fraction of the cube root, with integers only."""
    n, lo, hi = p << 96, 0, 1 << 40
    while lo < hi:
        mid = (lo + hi + 1) // 2
        lo, hi = (mid, hi) if mid ** 3 <= n else (lo, mid - 1)
    return lo & 0xFFFFFFFF


K = [cube_root_bits(p) for p in primes(64)]
H0 = [math.isqrt(p << 64) & 0xFFFFFFFF for p in primes(8)]
M = 0xFFFFFFFF


def rotr(x, n):
    return (x >> n | x << 32 - n) & M


def sha256(message: bytes) -> str:
    length = len(message) * 8
    message += b"\x80" + b"\0" * ((55 - len(message)) % 64) + struct.pack(">Q", length)
    state = H0[:]
    for i in range(0, len(message), 64):
        w = list(struct.unpack(">16L", message[i:i + 64]))
        for t in range(16, 64):
            s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3
            s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10
            w.append((w[t - 16] + s0 + w[t - 7] + s1) & M)
        a, b, c, d, e, f, g, h = state
        for t in range(64):
            t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + (e & f ^ ~e & g) + K[t] + w[t]
            t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + (a & b ^ a & c ^ b & c)
            a, b, c, d, e, f, g, h = (t1 + t2) & M, a, b, c, (d + t1) & M, e, f, g
        state = [(x + y) & M for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return "".join(f"{x:08x}" for x in state)


print([f"{k:08x}" for k in K[:4]], [f"{h:08x}" for h in H0[:4]])
for text in (b"", b"abc", b"hello world", b"a" * 55, b"a" * 56, b"a" * 64, bytes(range(256)) * 3):
    mine = sha256(text)
    assert mine == hashlib.sha256(text).hexdigest(), text
    print(len(text), mine)

# a small proof of work
nonce = 0
while not hashlib.sha256(f"block-{nonce}".encode()).hexdigest().startswith("000"):
    nonce += 1
print("nonce", nonce, sha256(f"block-{nonce}".encode()))

# a Merkle tree
level = [sha256(x.encode()) for x in "abcde"]
while len(level) > 1:
    if len(level) % 2:
        level.append(level[-1])
    level = [sha256((a + b).encode()) for a, b in zip(level[::2], level[1::2])]
print("root", level[0])
