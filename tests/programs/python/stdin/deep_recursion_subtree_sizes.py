import sys
sys.setrecursionlimit(10**6)

def main():
    data = list(map(int, sys.stdin.read().split()))
    n = data[0]
    children = [[] for _ in range(n + 1)]
    for v in range(2, n + 1):
        children[data[v - 1]].append(v)
    size = [1] * (n + 1)
    height = [0] * (n + 1)

    def dfs(u):
        for v in children[u]:
            dfs(v)
            size[u] += size[v]
            if height[v] + 1 > height[u]:
                height[u] = height[v] + 1

    dfs(1)
    print(size[1], height[1])
    print(*size[1:21])
    print(*height[1:21])
    print(sum(size), sum(height), size.count(1) - 1)

main()
