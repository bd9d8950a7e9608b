# verdict: fuel_exhausted
def primes():
    n = 2
    while True:
        if all(n % d for d in range(2, int(n ** 0.5) + 1)):
            yield n
        n += 1


def below(limit, source):
    for p in source:
        # The filter goes on searching, it should have stopped.
        if p < limit:
            yield p


first = []
for p in primes():
    if p > 50:
        break
    first.append(p)
print(first, flush=True)
print(sum(below(50, primes())))
