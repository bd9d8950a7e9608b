"""A binary heap written by hand, used as a priority queue with changeable priorities."""
from __future__ import annotations
import random


class PriorityQueue[T]:
    def __init__(self):
        self._heap: list[tuple[int, int, T]] = []
        self._index: dict[T, int] = {}
        self._counter = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, item: T, priority: int) -> None:
        if item in self._index:
            raise KeyError(f"{item!r} is already queued")
        self._counter += 1
        self._heap.append((priority, self._counter, item))
        self._index[item] = len(self._heap) - 1
        self._up(len(self._heap) - 1)

    def pop(self) -> tuple[T, int]:
        if not self._heap:
            raise IndexError("pop from an empty queue")
        top = self._heap[0]
        last = self._heap.pop()
        del self._index[top[2]]
        if self._heap:
            self._heap[0] = last
            self._index[last[2]] = 0
            self._down(0)
        return top[2], top[0]

    def change(self, item: T, priority: int) -> None:
        i = self._index[item]
        old = self._heap[i]
        self._heap[i] = (priority, old[1], item)
        self._up(i)
        self._down(self._index[item])

    def _swap(self, i, j):
        h = self._heap
        h[i], h[j] = h[j], h[i]
        self._index[h[i][2]], self._index[h[j][2]] = i, j

    def _up(self, i):
        while i and self._heap[i] < self._heap[(i - 1) // 2]:
            self._swap(i, (i - 1) // 2)
            i = (i - 1) // 2

    def _down(self, i):
        while (child := 2 * i + 1) < len(self._heap):
            if child + 1 < len(self._heap) and self._heap[child + 1] < self._heap[child]:
                child += 1
            if self._heap[i] <= self._heap[child]:
                return
            self._swap(i, child)
            i = child


if __name__ == "__main__":
    q = PriorityQueue[str]()
    for name, p in [("clear drains", 3), ("feed cat", 4), ("make tea", 5),
                    ("solve RC tasks", 1), ("tax return", 2), ("sleep", 4)]:
        q.push(name, p)
    q.change("sleep", 0)
    q.change("solve RC tasks", 9)
    try:
        q.push("sleep", 1)
    except KeyError as e:
        print(e)
    while q:
        print(*q.pop())
    try:
        q.pop()
    except IndexError as e:
        print("IndexError:", e)

    rng = random.Random(3)
    numbers = rng.sample(range(10000), 1500)
    q = PriorityQueue[int]()
    for n in numbers:
        q.push(n, n)
    assert [q.pop()[0] for _ in numbers] == sorted(numbers)
