import sys

sys.setrecursionlimit(1 << 20)


def tarjan(n, adj):
    index = [None] * n
    low = [0] * n
    on_stack = [False] * n
    stack, comps = [], []
    counter = 0

    def visit(v):
        nonlocal counter
        index[v] = low[v] = counter
        counter += 1
        stack.append(v)
        on_stack[v] = True
        for w in adj[v]:
            if index[w] is None:
                visit(w)
                low[v] = min(low[v], low[w])
            elif on_stack[w]:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            comp = []
            while True:
                w = stack.pop()
                on_stack[w] = False
                comp.append(w)
                if w == v:
                    break
            comps.append(sorted(comp))

    for v in range(n):
        if index[v] is None:
            visit(v)
    return comps


def main():
    it = iter(sys.stdin.buffer.read().split())
    n, m = int(next(it)), int(next(it))
    adj = [[] for _ in range(n)]
    for _ in range(m):
        a = int(next(it)) - 1
        adj[a].append(int(next(it)) - 1)
    comps = tarjan(n, adj)
    print(len(comps), max(map(len, comps)))
    where = [0] * n
    for i, c in enumerate(comps):
        for v in c:
            where[v] = i
    edges = {(where[a], where[b]) for a in range(n) for b in adj[a] if where[a] != where[b]}
    print(len(edges), all(a > b for a, b in edges))
    sizes = sorted(map(len, comps), reverse=True)
    print(sizes[:15])
    print([v + 1 for v in max(comps, key=len)][:15])


main()
