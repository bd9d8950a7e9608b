# verdict: fuel_exhausted
import re

for n in (1, 5, 10):
    print(n, re.match(r"(a+)+$", "a" * n + "b"), re.match(r"(a+)+$", "a" * n).end(), flush=True)

# Each further letter doubles the work.
match = re.match(r"(a+)+$", "a" * 40 + "b")
print(match)
