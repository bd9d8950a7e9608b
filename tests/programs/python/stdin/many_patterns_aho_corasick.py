import sys
from collections import deque

data = sys.stdin.read().split("\n")
k = int(data[0])
patterns = data[1:k + 1]
text = "\n".join(data[k + 1:])

goto, fail, out = [{}], [0], [[]]
for no, p in enumerate(patterns):
    s = 0
    for c in p:
        if c not in goto[s]:
            goto[s][c] = len(goto)
            goto.append({})
            fail.append(0)
            out.append([])
        s = goto[s][c]
    out[s].append(no)

q = deque(goto[0].values())
while q:
    s = q.popleft()
    for c, t in goto[s].items():
        f = fail[s]
        while f and c not in goto[f]:
            f = fail[f]
        fail[t] = goto[f].get(c, 0)
        out[t] = out[t] + out[fail[t]]
        q.append(t)

hits = [0] * k
first = [-1] * k
s = 0
for i, c in enumerate(text):
    while s and c not in goto[s]:
        s = fail[s]
    s = goto[s].get(c, 0)
    for no in out[s]:
        hits[no] += 1
        if first[no] < 0:
            first[no] = i - len(patterns[no]) + 1
print("states", len(goto))
for p, h, f in zip(patterns, hits, first):
    print(f"{p!r:12} {h:5d} first at {f}")
    assert f == text.find(p)
