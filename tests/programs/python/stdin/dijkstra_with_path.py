import sys
import heapq
input = sys.stdin.readline

def main():
    n, m = map(int, input().split())
    g = [[] for _ in range(n + 1)]
    for _ in range(m):
        u, v, w = map(int, input().split())
        g[u].append((v, w))
        g[v].append((u, w))
    INF = float('inf')
    dist = [INF] * (n + 1)
    prev = [0] * (n + 1)
    dist[1] = 0
    pq = [(0, 1)]
    popped = 0
    while pq:
        d, u = heapq.heappop(pq)
        popped += 1
        if d > dist[u]:
            continue
        for v, w in g[u]:
            nd = d + w
            if nd < dist[v]:
                dist[v] = nd
                prev[v] = u
                heapq.heappush(pq, (nd, v))
    if dist[n] == INF:
        print(-1)
    else:
        path = []
        x = n
        while x:
            path.append(x)
            x = prev[x]
        print(dist[n])
        print(*path[::-1])
    reached = [d for d in dist[1:] if d < INF]
    print(len(reached), max(reached), sum(reached), popped)

main()
