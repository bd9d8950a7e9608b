import sys


class Counter:
    def __init__(self, limit):
        self.limit = limit
        self.value = 0

    def tick(self):
        self.value += 1
        return self.value < self.limit


# The number of failures is used as exit code, which is a known mistake.
failures = Counter(256)
while failures.tick():
    if failures.value % 64 == 0:
        print("still failing at", failures.value)

print("failures:", failures.value)
print("low byte:", failures.value & 0xFF, end="")
sys.exit(failures.value)
