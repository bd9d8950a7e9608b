# verdict: memory_exceeded
from itertools import product

DIGITS = "0123456789"


def passwords(length):
    return list(product(DIGITS, repeat=length))


for length in (1, 2, 3):
    print(length, len(passwords(length)), flush=True)

print(30, len(passwords(30)))
