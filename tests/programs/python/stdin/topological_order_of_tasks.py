import heapq
from graphlib import TopologicalSorter, CycleError

deps: dict[str, list[str]] = {}
while (line := input().strip()) != "END":
    target, _, needs = line.partition(":")
    deps.setdefault(target.strip(), []).extend(needs.split())
    for x in needs.split():
        deps.setdefault(x, [])


def smallest_order(deps):
    missing = {t: len(set(n)) for t, n in deps.items()}
    users = {t: [] for t in deps}
    for t, needs in deps.items():
        for n in set(needs):
            users[n].append(t)
    ready = [t for t, k in missing.items() if k == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        t = heapq.heappop(ready)
        order.append(t)
        for u in users[t]:
            missing[u] -= 1
            if missing[u] == 0:
                heapq.heappush(ready, u)
    return order


print(*smallest_order(deps), sep=" < ")

ts = TopologicalSorter(deps)
ts.prepare()
round_no = 0
while ts.is_active():
    ready = sorted(ts.get_ready())
    round_no += 1
    print(f"round {round_no}:", ", ".join(ready))
    ts.done(*ready)

a, b = input().split()
deps[a].append(b)
print(len(smallest_order(deps)), "of", len(deps))
try:
    list(TopologicalSorter(deps).static_order())
except CycleError as e:
    print("cycle of", len(set(e.args[1])), "tasks")
