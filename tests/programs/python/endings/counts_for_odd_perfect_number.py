# verdict: fuel_exhausted
import itertools


def divisors_sum(n):
    total = 1
    for d in itertools.count(2):
        if d * d > n:
            return total
        if n % d == 0:
            total += d if d * d == n else d + n // d


small = [n for n in range(2, 1000) if divisors_sum(n) == n]
print("even ones:", small, flush=True)

for n in itertools.count(3, 2):
    if divisors_sum(n) == n:
        print("odd perfect number:", n)
        break
