from collections import deque
import sys


class Dinic:
    def __init__(self, n: int) -> None:
        self.n = n
        self.g: list[list[list[int]]] = [[] for _ in range(n)]

    def add_edge(self, fr: int, to: int, cap: int) -> None:
        forward = [to, cap, None]
        forward[2] = backward = [fr, 0, forward]
        self.g[fr].append(forward)
        self.g[to].append(backward)

    def bfs(self, s: int, t: int) -> bool:
        self.level = [-1] * self.n
        self.level[s] = 0
        q = deque([s])
        while q:
            v = q.popleft()
            for w, cap, _ in self.g[v]:
                if cap and self.level[w] < 0:
                    self.level[w] = self.level[v] + 1
                    q.append(w)
        return self.level[t] >= 0

    def dfs(self, v: int, t: int, f: int) -> int:
        if v == t:
            return f
        for e in self.it[v]:
            w, cap, rev = e
            if cap and self.level[v] < self.level[w]:
                d = self.dfs(w, t, min(f, cap))
                if d:
                    e[1] -= d
                    rev[1] += d
                    return d
        return 0

    def flow(self, s: int, t: int) -> int:
        total, phases = 0, 0
        while self.bfs(s, t):
            phases += 1
            self.it = list(map(iter, self.g))
            while f := self.dfs(s, t, 1 << 60):
                total += f
        print("phases:", phases)
        return total


def main() -> None:
    n, m = map(int, sys.stdin.readline().split())
    net = Dinic(n)
    edges = []
    for line in sys.stdin:
        a, b, c = map(int, line.split())
        net.add_edge(a, b, c)
        edges.append((a, b, c))
    assert len(edges) == m
    print("flow:", net.flow(0, n - 1))
    cut = [(a, b, c) for a, b, c in edges if net.level[a] >= 0 > net.level[b]]
    print("cut:", len(cut), "edges of", sum(c for _, _, c in cut))
    print(sorted(cut)[:10])


main()
