import heapq
import random

# external sort in miniature: sorted runs merged through a heap
rng = random.Random(5)
values = [rng.randrange(1000) for _ in range(120)]
runs = [sorted(values[i:i + 16]) for i in range(0, len(values), 16)]
merged = list(heapq.merge(*runs))
print(len(runs), "runs", merged == sorted(values))
print(merged[:10], merged[-10:])
print(list(heapq.merge(["pear", "fig"], ["banana", "kiwi"], key=len, reverse=True)))

print(heapq.nlargest(5, values), heapq.nsmallest(5, values))
people = [("Ida", 34), ("Bo", 19), ("Cy", 71), ("Al", 34)]
print(heapq.nlargest(2, people, key=lambda p: p[1]), heapq.nsmallest(3, people, key=lambda p: p[1]))


class RunningMedian:
    """Two heaps, the lower half as a max-heap."""

    def __init__(self):
        self.low, self.high = [], []

    def add(self, x):
        heapq.heappush(self.high, -heapq.heappushpop(self.low, -x))
        if len(self.high) > len(self.low):
            heapq.heappush(self.low, -heapq.heappop(self.high))

    def median(self):
        if len(self.low) > len(self.high):
            return -self.low[0]
        return (self.high[0] - self.low[0]) / 2


rm = RunningMedian()
for v in values[:15]:
    rm.add(v)
    print(v, rm.median(), end="; ")
print()

tasks = []
for order, (prio, name) in enumerate([(3, "sweep"), (1, "wake"), (3, "cook"), (2, "wash")]):
    heapq.heappush(tasks, (prio, order, name))
while tasks:
    print(*heapq.heappop(tasks))

h = [9, 4, 7, 1, 8]
heapq.heapify(h)
print(h, heapq.heapreplace(h, 10), heapq.heappushpop(h, 0), h)
m = [3, 1, 4, 1, 5]
heapq.heapify_max(m)
print([heapq.heappop_max(m) for _ in range(5)])
