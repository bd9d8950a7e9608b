import sys


class DisjointSet:
    """Union by size with path halving."""

    def __init__(self, n):
        self.parent = list(range(n))
        self.size = [1] * n
        self.parts = n

    def find(self, x):
        p = self.parent
        while p[x] != x:
            p[x] = p[p[x]]
            x = p[x]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.parts -= 1
        return True


def main():
    tokens = list(map(int, sys.stdin.read().split()))
    n, m = tokens[:2]
    edges = sorted((tokens[i + 2], tokens[i], tokens[i + 1]) for i in range(2, 2 + 3 * m, 3))
    ds = DisjointSet(n)
    total, used = 0, 0
    for w, a, b in edges:
        if ds.union(a, b):
            total += w
            used += 1
            if used <= 5 or used > n - 4:
                print(f"{used}: {a} - {b} ({w})")
    print("weight", total, "edges", used, "parts", ds.parts)
    print("largest part", max(ds.size[ds.find(i)] for i in range(n)))


if __name__ == "__main__":
    main()
