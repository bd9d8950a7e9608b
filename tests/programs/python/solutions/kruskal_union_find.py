class UnionFind:
    def __init__(self, items):
        self.parent = {x: x for x in items}
        self.rank = dict.fromkeys(self.parent, 0)
        self.sets = len(self.parent)

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self.rank[a] < self.rank[b]:
            a, b = b, a
        self.parent[b] = a
        self.rank[a] += self.rank[a] == self.rank[b]
        self.sets -= 1
        return True

def kruskal(nodes, edges):
    uf = UnionFind(nodes)
    return [(w, a, b) for w, a, b in sorted(edges) if uf.union(a, b)]

def prim(nodes, edges):
    import heapq
    adj = {n: [] for n in nodes}
    for w, a, b in edges:
        adj[a].append((w, a, b))
        adj[b].append((w, b, a))
    seen = {nodes[0]}
    heap = adj[nodes[0]][:]
    heapq.heapify(heap)
    tree = []
    while heap and len(seen) < len(nodes):
        w, a, b = heapq.heappop(heap)
        if b not in seen:
            seen.add(b)
            tree.append((w, a, b))
            for e in adj[b]:
                if e[2] not in seen:
                    heapq.heappush(heap, e)
    return tree

edges = [(7, "A", "D"), (5, "A", "B"), (8, "B", "C"), (9, "B", "D"), (7, "B", "E"), (5, "C", "E"),
         (15, "D", "E"), (6, "D", "F"), (8, "E", "F"), (9, "E", "G"), (11, "F", "G")]
nodes = sorted({n for _, a, b in edges for n in (a, b)})
k, p = kruskal(nodes, edges), prim(nodes, edges)
print("Kruskal:", k, sum(e[0] for e in k))
print("Prim:   ", p, sum(e[0] for e in p))
assert sum(e[0] for e in k) == sum(e[0] for e in p) == 39

# islands in a picture
picture = """
##..#...#
.#..##..#
....#...#
##.......
.#.###.#.
"""
cells = {(x, y) for y, row in enumerate(picture.split()) for x, c in enumerate(row) if c == "#"}
uf = UnionFind(sorted(cells))
for x, y in sorted(cells):
    for n in ((x + 1, y), (x, y + 1)):
        if n in cells:
            uf.union((x, y), n)
sizes = {}
for c in sorted(cells):
    sizes[uf.find(c)] = sizes.get(uf.find(c), 0) + 1
print(uf.sets, "islands of sizes", sorted(sizes.values()))

# friends of friends
people = UnionFind("ann bob cat dan eve fay".split())
print([people.union(*pair.split()) for pair in ("ann bob", "cat dan", "bob ann")])
print(people.sets, people.find("cat") == people.find("eve"), people.find("fay"))
