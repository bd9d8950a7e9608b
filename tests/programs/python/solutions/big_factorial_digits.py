import math
import sys

sys.set_int_max_str_digits(20000)


def factorial(n: int) -> int:
    """Plain product, the way it is taught."""
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def factorial_split(lo: int, hi: int) -> int:
    """Product of lo..hi by halving, so that the factors stay balanced."""
    if hi - lo < 8:
        p = 1
        for i in range(lo, hi + 1):
            p *= i
        return p
    mid = (lo + hi) // 2
    return factorial_split(lo, mid) * factorial_split(mid + 1, hi)


def trailing_zeros(n: int) -> int:
    count = 0
    while n:
        n //= 5
        count += n
    return count


for n in (0, 1, 5, 10, 20, 25, 52):
    print(f"{n:3}! = {factorial(n):,}")

for n in (100, 1000, 3000):
    f = factorial(n)
    assert f == factorial_split(1, n) == math.factorial(n)
    s = str(f)
    assert trailing_zeros(n) == len(s) - len(s.rstrip("0"))
    print(f"{n}! has {len(s)} digits, digit sum {sum(map(int, s))}, "
          f"{trailing_zeros(n)} trailing zeros, begins {s[:12]}, {f.bit_length()} bits")

print("sum of digits of 2**1000:", sum(int(c) for c in str(2 ** 1000)))
print("C(100, 50) =", math.comb(100, 50))
print("first Fibonacci number with 1000 digits:", end=" ")
a, b, i = 1, 1, 2
limit = 10 ** 999
while b < limit:
    a, b, i = b, a + b, i + 1
print(i)
print("self powers:", sum(pow(k, k, 10 ** 10) for k in range(1, 1001)) % 10 ** 10)
print("isqrt(2 * 10**60) =", math.isqrt(2 * 10 ** 60))
sys.set_int_max_str_digits(640)
try:
    str(10 ** 700)
except ValueError as e:
    print("ValueError:", str(e).split(";")[0])
