import sys

tokens = sys.stdin.read().split()
pos = 0


def next_int():
    global pos
    pos += 1
    return int(tokens[pos - 1])


cases = next_int()
for c in range(1, cases + 1):
    n = next_int()
    numbers = [next_int() for _ in range(n)]
    numbers.sort()
    mid = n // 2
    median = numbers[mid] if n % 2 else (numbers[mid - 1] + numbers[mid]) / 2
    print("Case #%d: %s %s" % (c, median, max(numbers) - min(numbers)))
print("all done")
