import heapq
import math

ROADS = """
Bern Zurich 125
Bern Basel 100
Bern Lausanne 102
Lausanne Geneva 64
Zurich Basel 87
Zurich Chur 121
Zurich Lucerne 52
Lucerne Bern 112
Lucerne Bellinzona 141
Bellinzona Chur 116
Bellinzona Lugano 32
"""

def build(text):
    graph = {}
    for line in text.split("\n"):
        if line:
            a, b, d = line.split()
            graph.setdefault(a, {})[b] = int(d)
            graph.setdefault(b, {})[a] = int(d)
    graph["Island"] = {}
    return graph

def dijkstra(graph, source):
    dist = {v: math.inf for v in graph}
    prev = {}
    dist[source] = 0
    queue = [(0, source)]
    while queue:
        d, v = heapq.heappop(queue)
        if d > dist[v]:
            continue
        for w, length in graph[v].items():
            if d + length < dist[w]:
                dist[w] = d + length
                prev[w] = v
                heapq.heappush(queue, (dist[w], w))
    return dist, prev

def path(prev, source, target):
    way = [target]
    while way[-1] != source:
        if way[-1] not in prev:
            return None
        way.append(prev[way[-1]])
    return way[::-1]

def floyd_warshall(graph):
    d = {v: {w: 0 if v == w else graph[v].get(w, math.inf) for w in graph} for v in graph}
    for k in graph:
        for i in graph:
            for j in graph:
                d[i][j] = min(d[i][j], d[i][k] + d[k][j])
    return d

g = build(ROADS)
dist, prev = dijkstra(g, "Geneva")
for city in sorted(g, key=lambda c: (dist[c], c)):
    way = path(prev, "Geneva", city)
    print(f"{city:<12}{dist[city]:>5}  ", " > ".join(way) if way else "no way")

table = floyd_warshall(g)
assert all(dijkstra(g, v)[0] == table[v] for v in g)
names = sorted(set(g) - {"Island"})
print(" " * 12 + "".join(n[:4].rjust(6) for n in names))
for a in names:
    print(a.ljust(12) + "".join(str(table[a][b]).rjust(6) for b in names))
centre = min(names, key=lambda a: max(table[a][b] for b in names))
print("centre:", centre, "radius", max(table[centre][b] for b in names))
