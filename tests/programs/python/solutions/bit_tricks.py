def popcount(n):
    c = 0
    while n:
        n &= n - 1
        c += 1
    return c

def reverse_bits(n, width=32):
    r = 0
    for _ in range(width):
        r = r << 1 | n & 1
        n >>= 1
    return r

def gray(n): return n ^ n >> 1

def ungray(g):
    n = 0
    while g:
        n ^= g
        g >>= 1
    return n

def is_power_of_two(n): return n > 0 and n & n - 1 == 0
def lowest_bit(n): return n & -n
def swap_nibbles(b): return (b << 4 | b >> 4) & 0xFF
def rotl(x, k, w=32): return (x << k | x >> w - k) & (1 << w) - 1
def to_signed(n, w=8): return n - (1 << w) if n >> w - 1 & 1 else n

def next_same_popcount(n):
    """Gosper's hack."""
    c = n & -n
    r = n + c
    return ((r ^ n) >> 2) // c | r

def add_without_plus(a, b, mask=0xFFFFFFFF):
    while b & mask:
        a, b = a ^ b, (a & b) << 1
    return a & mask if b > mask else a

def morton(x, y):
    out = 0
    for i in range(16):
        out |= (x >> i & 1) << 2 * i | (y >> i & 1) << 2 * i + 1
    return out

def single_number(nums):
    x = 0
    for n in nums: x ^= n
    return x

assert all(popcount(n) == n.bit_count() == bin(n).count("1") for n in range(5000))
assert all(ungray(gray(n)) == n for n in range(1000))
print([f"{gray(n):04b}" for n in range(16)])
print(f"{reverse_bits(1):#x} {reverse_bits(43261596)} {reverse_bits(0b1101, 4):04b}")
print([n for n in range(-4, 1100) if is_power_of_two(n)])
print([lowest_bit(n) for n in (1, 12, 96, 0, -8, 1 << 70)])
print(hex(swap_nibbles(0xAF)), hex(rotl(0x80000001, 4)), [to_signed(n) for n in (0, 127, 128, 255)])
n, seq = 0b111, []
while n < 64:
    seq.append(f"{n:06b}")
    n = next_same_popcount(n)
print(len(seq), seq[:6], seq[-1])
print(add_without_plus(123, 456), add_without_plus(0xFFFFFFFF, 1))
for y in range(4):
    print(" ".join(f"{morton(x, y):3}" for x in range(8)))
print(single_number([4, 1, 2, 1, 2]), ~5, -1 >> 3, -17 // 4, -17 >> 2, -17 & 0xFF, 5 ^ -3, ~0 << 4)
print((1 << 100).bit_length(), (-5).bit_length(), (1023).to_bytes(4, "little"), int.from_bytes(b"\xff\xfe", "big", signed=True))
print(f"{0xDEADBEEF:_b}", f"{255:#o}", f"{-10:#x}", f"{1 << 40:_}", int("0b1_01", 0), int("zz", 36))
for shift in (-1, 10):
    try: print(1 << shift)
    except ValueError as e: print("ValueError:", e)
