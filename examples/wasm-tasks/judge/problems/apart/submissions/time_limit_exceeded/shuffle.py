# Shuffles until it fits.
import random

n = int(input())
numbers = list(range(1, n + 1))
while n not in (2, 3):
    random.shuffle(numbers)
    if all(abs(a - b) > 1 for a, b in zip(numbers, numbers[1:])):
        break
print(*numbers) if n not in (2, 3) else print("impossible")
