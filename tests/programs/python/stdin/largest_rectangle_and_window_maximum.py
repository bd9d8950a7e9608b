from collections import deque

def rectangle(h):
    stack, best = [], (0, 0, 0)
    for i, x in enumerate(h + [0]):
        start = i
        while stack and stack[-1][1] >= x:
            start, y = stack.pop()
            best = max(best, (y * (i - start), -start, i))
        stack.append((start, x))
    return best

def window_max(a, k):
    q = deque()
    for i, x in enumerate(a):
        while q and a[q[-1]] <= x:
            q.pop()
        q.append(i)
        if q[0] == i - k:
            q.popleft()
        if i >= k - 1:
            yield a[q[0]]

def water(h):
    l, r, lm, rm, total = 0, len(h) - 1, 0, 0, 0
    while l < r:
        if h[l] < h[r]:
            lm = max(lm, h[l]); total += lm - h[l]; l += 1
        else:
            rm = max(rm, h[r]); total += rm - h[r]; r -= 1
    return total

t = int(input())
for case in range(1, t + 1):
    n, k = map(int, input().split())
    h = list(map(int, input().split()))
    area, start, end = rectangle(h)
    print(f"Case #{case}: area {area} columns {-start}..{end - 1} water {water(h)}")
    print(*window_max(h, k))
    for level in range(max(h), 0, -1):
        print("".join("#" if x >= level else " " for x in h).rstrip())
