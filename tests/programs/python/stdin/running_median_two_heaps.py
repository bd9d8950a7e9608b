import sys
from heapq import heappush, heappop, heappushpop

low, high = [], []      # low holds negated numbers
out = []
checksum = 0
for line in sys.stdin:
    if not (line := line.strip()):
        continue
    x = int(line)
    if len(low) == len(high):
        heappush(low, -heappushpop(high, x))
    else:
        heappush(high, -heappushpop(low, -x))
    n = len(low) + len(high)
    median = -low[0] if n % 2 else (high[0] - low[0]) / 2
    checksum = (checksum * 31 + int(median * 2)) % 1000000007
    if n <= 10 or n % 1000 == 0:
        out.append(f"{n:6}: {median:g}")
print(*out, sep="\n")
print("count", len(low) + len(high), "median", -low[0], "checksum", checksum)
tail = sorted((heappop(high) for _ in range(5)), reverse=True)
print(tail)
