def sieve(limit):
    flags = bytearray([1]) * (limit + 1)
    flags[0:2] = b"\0\0"
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            flags[i*i::i] = bytes(len(range(i*i, limit + 1, i)))
    return [i for i, f in enumerate(flags) if f]

def factorise(n):
    result = {}
    d = 2
    while d * d <= n:
        while n % d == 0:
            result[d] = result.get(d, 0) + 1
            n //= d
        d += 1 if d == 2 else 2
    if n > 1:
        result[n] = result.get(n, 0) + 1
    return result

def miller_rabin(n):
    if n < 2: return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0: return n == p
    d, s = n - 1, 0
    while d % 2 == 0: d //= 2; s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x in (1, n - 1): continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1: break
        else:
            return False
    return True

primes = sieve(100000)
print(len(primes), primes[:10], primes[-3:])
twins = [(p, q) for p, q in zip(primes, primes[1:]) if q - p == 2]
print(len(twins), twins[:5], twins[-1])
gap, start = max((q - p, p) for p, q in zip(primes, primes[1:]))
print("largest gap", gap, "after", start)
for n in (360, 97, 1001, 2**20, 600851475143, 99999):
    f = factorise(n)
    print(n, "=", " * ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in f.items()))
assert all(miller_rabin(p) for p in primes[:2000])
print([n for n in range(2, 2000) if miller_rabin(n) != (n in set(primes[:400]))])
print([e for e in range(2, 130) if miller_rabin(2**e - 1)])
# Goldbach
s = set(primes[:200])
print({n: next((p, n - p) for p in primes if n - p in s) for n in range(4, 60, 6)})
print("perfect:", [2**(p-1) * (2**p - 1) for p in primes[:8] if miller_rabin(2**p - 1)])
