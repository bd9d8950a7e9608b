# The last odd number and the first even one may be neighbours.
n = int(input())
print(*range(1, n + 1, 2), *range(2, n + 1, 2))
