"""Reads lines "target: needs..." and prints an order in which to build."""
import sys
from graphlib import CycleError, TopologicalSorter


def read(stream):
    graph = {}
    for line in stream:
        line = line.split("#")[0].strip()
        if not line:
            yield graph
            graph = {}
            continue
        target, _, needs = line.partition(":")
        graph.setdefault(target.strip(), set()).update(needs.split())
    yield graph


def rounds(graph):
    ts = TopologicalSorter(graph)
    ts.prepare()
    while ts.is_active():
        ready = sorted(ts.get_ready())
        yield ready
        ts.done(*ready)


status = 0
for number, graph in enumerate((g for g in read(sys.stdin) if g), 1):
    print(f"graph {number}: {len(graph)} targets")
    try:
        for i, ready in enumerate(rounds(graph)):
            print(f"  round {i}: {' '.join(ready)}")
    except CycleError as e:
        cycle = e.args[1]
        print("  cycle of", len(cycle) - 1, sorted(set(cycle)), cycle[0] == cycle[-1])
        status = 4
        continue
    order = list(TopologicalSorter(graph).static_order())
    print("  valid:", all(order.index(n) < order.index(t) for t, needs in graph.items() for n in needs))

ts = TopologicalSorter()
ts.add("d", "b", "c")
ts.add("b", "a")
ts.add("c", "a")
print(*ts.static_order())
ts = TopologicalSorter({"x": ["y"]})
for action in (ts.get_ready, lambda: (ts.prepare(), ts.add("z")), lambda: ts.done("x")):
    try:
        action()
    except ValueError as e:
        print("ValueError:", e)
sys.exit(status)
