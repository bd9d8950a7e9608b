import sys
from collections import namedtuple

Activity = namedtuple("Activity", "name start end")


def clock(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def read(stream):
    for line in stream:
        if not line.strip():
            continue
        times, name = line.rstrip().split(" ", 1)
        a, b = (int(t[:2]) * 60 + int(t[3:]) for t in times.split("-"))
        if a >= b:
            print("ignored, ends before it begins:", name)
            continue
        yield Activity(name, a, b)


def select(activities):
    """As many as possible that do not overlap: always take the one that ends first."""
    chosen, free = [], 0
    for a in sorted(activities, key=lambda a: (a.end, a.start)):
        if a.start >= free:
            chosen.append(a)
            free = a.end
    return chosen


def rooms(activities):
    """Assign every activity to a room, opening as few rooms as possible."""
    ends, plan = [], {}
    for a in sorted(activities, key=lambda a: (a.start, a.end)):
        for i, end in enumerate(ends):
            if end <= a.start:
                break
        else:
            i = len(ends)
            ends.append(0)
        ends[i] = a.end
        plan.setdefault(i, []).append(a)
    return plan


def merge(activities):
    out = []
    for a in sorted(activities, key=lambda a: a.start):
        if out and a.start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], a.end)
        else:
            out.append([a.start, a.end])
    return out


acts = list(read(sys.stdin))
print(len(acts), "activities")
for a in select(acts):
    print(f"  {clock(a.start)} to {clock(a.end)}  {a.name}")
for room, plan in rooms(acts).items():
    bar = [" "] * 48
    for a in plan:
        for slot in range(a.start // 15 - 32, a.end // 15 - 32):
            bar[slot] = a.name[0]
    print(f"room {room + 1} |{''.join(bar)}|")
busy = merge(acts)
print("busy:", ", ".join(f"{clock(a)}-{clock(b)}" for a, b in busy))
print("free:", ", ".join(f"{clock(a)}-{clock(b)}" for (_, a), (b, _) in zip(busy, busy[1:])) or "never")
print("hours:", sum(b - a for a, b in busy) / 60)
