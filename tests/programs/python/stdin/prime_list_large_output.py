n = int(input("Primes up to: "))
sieve = bytearray([1]) * (n + 1)
sieve[0:2] = b"\0\0"
for i in range(2, int(n ** 0.5) + 1):
    if sieve[i]:
        sieve[i * i::i] = bytes(len(range(i * i, n + 1, i)))
primes = [i for i, p in enumerate(sieve) if p]
print(len(primes))
for i in range(0, len(primes), 10):
    print(*primes[i:i + 10], sep=", ", end=",\n" if i + 10 < len(primes) else ".\n")
gaps = {}
for a, b in zip(primes, primes[1:]):
    gaps.setdefault(b - a, a)
print("first gaps:", gaps)
