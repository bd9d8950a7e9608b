# verdict: memory_exceeded
import itertools

seen = {}


def remember(n):
    key = f"request-{n:012d}"
    seen[key] = {"count": 1, "payload": key * 200}
    return seen[key]["count"]


total = 0
for n in itertools.count():
    total += remember(n)
