"""The digits of pi in three ways."""
from decimal import Decimal, getcontext
from itertools import islice


def spigot():
    """Gibbons' unbounded spigot."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            nr = 10 * (r - n * t)
            n = ((10 * (3 * q + r)) // t) - 10 * n
            q *= 10
            r = nr
        else:
            nr = (2 * q + r) * l
            nn = (q * (7 * k) + 2 + (r * l)) // (t * l)
            q *= k
            t *= l
            l += 2
            k += 1
            n = nn
            r = nr


def arctan_inverse(x, unity):
    total = term = unity // x
    n, sign = 3, -1
    while term:
        term //= x * x
        total += sign * (term // n)
        sign, n = -sign, n + 2
    return total


def machin(digits):
    unity = 10 ** (digits + 10)
    pi = 4 * (4 * arctan_inverse(5, unity) - arctan_inverse(239, unity))
    return pi // 10 ** 10


def gauss_legendre(digits):
    getcontext().prec = digits + 5
    a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal("0.25"), 1
    while abs(a - b) > Decimal(10) ** -(digits + 2):
        a, b, t, p = (a + b) / 2, (a * b).sqrt(), t - p * (a - (a + b) / 2) ** 2, 2 * p
    return (a + b) ** 2 / (4 * t)


N = 800
one = "".join(map(str, islice(spigot(), N + 1)))
two = str(machin(N))
three = str(gauss_legendre(N)).replace(".", "")[:N + 1]
print(one == two == three)
print("3.")
for i in range(1, N, 50):
    print("  ", " ".join(one[i + j:i + j + 10] for j in range(0, 50, 10)))
print({d: one.count(d) for d in "0123456789"})
print("999999 at", one.find("999999"))
