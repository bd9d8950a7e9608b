# Each order, one after the other.
from itertools import pairwise, permutations

n = int(input())
for order in permutations(range(1, n + 1)):
    if all(abs(a - b) > 1 for a, b in pairwise(order)):
        print(*order)
        break
else:
    print("impossible")
