def popcount_kernighan(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count

def to_signed(n, bits):
    n &= (1 << bits) - 1
    return n - (1 << bits) if n >> (bits - 1) else n

def rotl32(x, k):
    return ((x << k) | (x >> (32 - k))) & 0xFFFFFFFF

def gray(n):
    return n ^ (n >> 1)

def ungray(g):
    n = 0
    while g:
        n ^= g
        g >>= 1
    return n

class BitSet:
    def __init__(self, items=()):
        self.bits = 0
        for i in items:
            self.bits |= 1 << i

    @classmethod
    def _of(cls, bits):
        s = cls()
        s.bits = bits
        return s

    def __or__(self, o): return self._of(self.bits | o.bits)
    def __and__(self, o): return self._of(self.bits & o.bits)
    def __xor__(self, o): return self._of(self.bits ^ o.bits)
    def __sub__(self, o): return self._of(self.bits & ~o.bits)
    def __lshift__(self, n): return self._of(self.bits << n)
    def __contains__(self, i): return bool(self.bits >> i & 1)
    def __len__(self): return self.bits.bit_count()
    def __le__(self, o): return self.bits & ~o.bits == 0

    def __iter__(self):
        b = self.bits
        while b:
            low = b & -b
            yield low.bit_length() - 1
            b ^= low

    def __repr__(self):
        return f"BitSet({list(self)})"

for n in (0, 1, 6, 255, 1023, 2**64 - 1):
    print(n, popcount_kernighan(n), n.bit_count(), n.bit_length(), n & 1 == 0, n & (n - 1) == 0, n & -n)
print([to_signed(v, 8) for v in (0, 127, 128, 255, 256, -1)], to_signed(0xFFFF8000, 16))
print(hex(rotl32(0x80000001, 4)), [f"{gray(i):03b}" for i in range(8)], all(ungray(gray(i)) == i for i in range(500)))
print(~0, ~7, -1 & 0xFF, -256 >> 4, 5 ^ -3, 1 << 70, (1 << 70) >> 69, True | 4, False ^ True, -5 & 3)

h = 2166136261
for byte in b"fnv hash":
    h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
print(f"{h:#010x}")

state = 88172645463325252
out = []
for _ in range(4):
    state ^= (state << 13) & 0xFFFFFFFFFFFFFFFF
    state ^= state >> 7
    state ^= (state << 17) & 0xFFFFFFFFFFFFFFFF
    out.append(state)
print(out)

a, b = BitSet([1, 3, 5, 40]), BitSet([3, 4, 5])
print(a | b, a & b, a ^ b, a - b, a << 2, len(a), 40 in a, 2 in a, (a & b) <= a)
try:
    1 << -1
except ValueError as e:
    print(e)
