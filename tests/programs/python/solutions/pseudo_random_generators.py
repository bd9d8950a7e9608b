"""A few classical generators. All sequences are fixed by their seeds."""
from itertools import islice

M32, M64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF

def bsd(seed):
    while True:
        seed = (1103515245 * seed + 12345) & 0x7FFFFFFF
        yield seed

def ms(seed):
    while True:
        seed = (214013 * seed + 2531011) & 0x7FFFFFFF
        yield seed >> 16

def park_miller(seed):
    while True:
        seed = seed * 16807 % 2147483647
        yield seed

def xorshift32(x):
    while True:
        x ^= x << 13 & M32
        x ^= x >> 17
        x ^= x << 5 & M32
        yield x

def splitmix64(state):
    while True:
        state = state + 0x9E3779B97F4A7C15 & M64
        z = state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M64
        z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
        yield z ^ z >> 31

def xoshiro256ss(seed):
    rotl = lambda x, k: (x << k | x >> 64 - k) & M64
    s = list(islice(splitmix64(seed), 4))
    while True:
        yield rotl(s[1] * 5 & M64, 7) * 9 & M64
        t = s[1] << 17 & M64
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)

def lfsr16(start):
    state = start
    while True:
        bit = (state ^ state >> 2 ^ state >> 3 ^ state >> 5) & 1
        state = state >> 1 | bit << 15
        yield state

for g in (bsd(0), ms(0), park_miller(1), xorshift32(2463534242), splitmix64(1234567), xoshiro256ss(42),
          lfsr16(0xACE1)):
    print(f"{g.__name__:<14}", *islice(g, 4))

period = next(i for i, s in enumerate(lfsr16(0xACE1), 1) if s == 0xACE1)
print("period of lfsr16:", period)
assert next(islice(park_miller(1), 9999, None)) == 1043618065

g = xoshiro256ss(7)
buckets = [0] * 10
for v in islice(g, 5000):
    buckets[v * 10 >> 64] += 1
chi = sum((b - 500) ** 2 / 500 for b in buckets)
print(buckets, f"chi^2 = {chi:.3f}")

deck = [r + s for s in "CDHS" for r in "A23456789TJQK"]
g = xorshift32(1)
for i in range(51, 0, -1):
    j = next(g) % (i + 1)
    deck[i], deck[j] = deck[j], deck[i]
for i in range(0, 52, 13):
    print(" ".join(deck[i:i + 13]))
print(f"{next(splitmix64(1)) / 2**64:.15f}")
