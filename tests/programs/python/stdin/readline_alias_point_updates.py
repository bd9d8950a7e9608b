import sys
input = sys.stdin.readline
write = sys.stdout.write

n, q = map(int, input().split())
tree = [0] * (n + 1)

def add(i, v):
    while i <= n:
        tree[i] += v
        i += i & -i

def prefix(i):
    s = 0
    while i:
        s += tree[i]
        i &= i - 1
    return s

for i, x in enumerate(map(int, input().split()), 1):
    add(i, x)
for _ in range(q):
    cmd, a, b = input().split()
    a = int(a); b = int(b)
    if cmd == "add":
        add(a, b)
    elif cmd == "sum":
        write(f"{prefix(b) - prefix(a - 1)}\n")
    else:
        write("bad command %s\n" % cmd)
write(" ".join(map(str, tree)) + "\n")
