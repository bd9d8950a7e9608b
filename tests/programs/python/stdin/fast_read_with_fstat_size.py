# differs: os.fstat(0).st_size is 0, as it is for a pipe
import os, io
input = io.BytesIO(os.read(0, os.fstat(0).st_size)).readline

t = int(input() or b"0")
out = []
for _ in range(t):
    n, k = map(int, input().split())
    a = sorted(map(int, input().split()), reverse=True)
    # take the k largest, then halve every second one
    s = 0
    for i in range(min(n, k)):
        s += a[i] >> (i & 1)
    out.append(s)
os.write(1, ("\n".join(map(str, out)) + "\n").encode())
