"""Order of compilation from a list of dependencies, with the cycle when there is one."""
import sys
from graphlib import CycleError, TopologicalSorter


def parse(text):
    graph = {}
    for line in text.splitlines():
        target, _, needs = line.partition(":")
        graph.setdefault(target.strip(), [])
        for n in needs.split():
            if n != target:
                graph[target.strip()].append(n)
            graph.setdefault(n, [])
    return graph


def kahn(graph):
    missing = {t: len(set(needs)) for t, needs in graph.items()}
    used_by = {t: [] for t in graph}
    for t, needs in graph.items():
        for n in set(needs):
            used_by[n].append(t)
    ready = sorted(t for t, n in missing.items() if n == 0)
    order = []
    while ready:
        t = ready.pop(0)
        order.append(t)
        for u in used_by[t]:
            missing[u] -= 1
            if missing[u] == 0:
                ready.append(u)
        ready.sort()
    if len(order) < len(graph):
        raise ValueError("cycle among " + ", ".join(sorted(set(graph) - set(order))))
    return order


def depth_first(graph):
    state, order = {}, []

    def visit(t, path):
        if state.get(t) == "done":
            return
        if state.get(t) == "open":
            raise ValueError("cycle: " + " -> ".join(path[path.index(t):] + [t]))
        state[t] = "open"
        for n in graph[t]:
            visit(n, path + [t])
        state[t] = "done"
        order.append(t)

    for t in graph:
        visit(t, [])
    return order


for block in sys.stdin.read().strip().split("\n\n"):
    graph = parse(block)
    print(len(graph), "targets,", sum(map(len, graph.values())), "dependencies")
    for method in (kahn, depth_first):
        try:
            order = method(graph)
            place = {t: i for i, t in enumerate(order)}
            assert all(place[n] < place[t] for t in graph for n in graph[t])
            print(f"  {method.__name__}:", *order)
        except ValueError as e:
            print(f"  {method.__name__}: {e}")
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as e:
        print("  library: cycle of length", len(e.args[1]) - 1)
        continue
    step = 1
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        print(f"  step {step}: {' '.join(ready)}")
        sorter.done(*ready)
        step += 1
