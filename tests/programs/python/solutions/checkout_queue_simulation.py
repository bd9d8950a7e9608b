"""Discrete event simulation of a shop with several checkouts."""
import heapq
import random
from collections import deque


def simulate(counters: int, seed: int, customers: int = 400, one_line: bool = True):
    rng = random.Random(seed)
    events = []          # (time, order, kind, data)
    t = 0
    for i in range(customers):
        t += rng.randint(1, 60)
        heapq.heappush(events, (t, i, "arrive", rng.randint(30, 150)))
    lines = [deque()] if one_line else [deque() for _ in range(counters)]
    busy = [False] * counters
    waits, longest, order = [], 0, customers

    def line_of(counter):
        return lines[0] if one_line else lines[counter]

    def serve(counter, now):
        nonlocal order
        arrived, length = line_of(counter).popleft()
        waits.append(now - arrived)
        busy[counter] = True
        order += 1
        heapq.heappush(events, (now + length, order, "done", counter))

    now = 0
    while events:
        now, _, kind, data = heapq.heappop(events)
        if kind == "arrive":
            target = min(range(len(lines)), key=lambda k: (len(lines[k]) + (busy[k] and not one_line), k))
            lines[target].append((now, data))
        else:
            busy[data] = False
        for c in range(counters):
            if not busy[c] and line_of(c):
                serve(c, now)
        longest = max(longest, sum(map(len, lines)))
    return waits, longest, now


print("counters  lines    mean   worst  longest  closing")
for counters in (2, 3, 4, 5):
    for one_line in (True, False):
        waits, longest, end = simulate(counters, 42, one_line=one_line)
        assert len(waits) == 400
        print(f"{counters:>8}  {'one' if one_line else 'many':<5} {sum(waits) / len(waits):>8.1f} {max(waits):>7}"
              f" {longest:>8}  {end // 3600}:{end // 60 % 60:02}:{end % 60:02}")

waits, *_ = simulate(3, 7)
histogram = {}
for w in waits:
    histogram[w // 60] = histogram.get(w // 60, 0) + 1
for minute in sorted(histogram):
    print(f"{minute:>2} min {'*' * (histogram[minute] // 3)} {histogram[minute]}")
