import random

class MT19937:
    """The generator that stands behind the random module."""
    N, M = 624, 397

    def __init__(self, seed=5489):
        self.mt = [seed & 0xFFFFFFFF]
        for i in range(1, self.N):
            prev = self.mt[-1]
            self.mt.append((1812433253 * (prev ^ prev >> 30) + i) & 0xFFFFFFFF)
        self.index = self.N

    @classmethod
    def by_array(cls, key):
        self = cls(19650218)
        mt, i, j = self.mt, 1, 0
        for _ in range(max(cls.N, len(key))):
            mt[i] = ((mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1664525) + key[j] + j) & 0xFFFFFFFF
            i, j = i + 1, (j + 1) % len(key)
            if i >= cls.N:
                mt[0], i = mt[-1], 1
        for _ in range(cls.N - 1):
            mt[i] = ((mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1566083941) - i) & 0xFFFFFFFF
            i += 1
            if i >= cls.N:
                mt[0], i = mt[-1], 1
        mt[0] = 0x80000000
        return self

    def twist(self):
        mt = self.mt
        for i in range(self.N):
            y = (mt[i] & 0x80000000) | (mt[(i + 1) % self.N] & 0x7FFFFFFF)
            mt[i] = mt[(i + self.M) % self.N] ^ y >> 1 ^ (0x9908B0DF if y & 1 else 0)
        self.index = 0

    def next32(self):
        if self.index == self.N:
            self.twist()
        y = self.mt[self.index]
        self.index += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9D2C5680
        y ^= y << 15 & 0xEFC60000
        return y ^ y >> 18

    def random(self):
        a, b = self.next32() >> 5, self.next32() >> 6
        return (a * 67108864 + b) / 9007199254740992

g = MT19937()
print([g.next32() for _ in range(5)])
for _ in range(10000 - 6): g.next32()
print("10000th:", g.next32())

for seed in (0, 1, 42, 2**40 + 5):
    key = []
    n = seed
    while True:
        key.append(n & 0xFFFFFFFF)
        n >>= 32
        if not n: break
    mine, theirs = MT19937.by_array(key), random.Random(seed)
    a = [mine.random() for _ in range(700)]
    b = [theirs.random() for _ in range(700)]
    print(seed, a == b, a[0], a[-1])

r = random.Random(42)
print(r.getrandbits(70), r.randint(1, 6), r.choice("abc"), r.sample(range(100), 5), r.uniform(1, 2))
items = list(range(10))
r.shuffle(items)
print(items, r.choices("xy", weights=[9, 1], k=12), r.randbytes(4).hex())
state = r.getstate()
first = r.random()
r.setstate(state)
print(first == r.random(), state[0], len(state[1]))
print(round(r.gauss(0, 1), 10), round(r.expovariate(2), 10), round(r.triangular(), 10), random.Random("text").random())
