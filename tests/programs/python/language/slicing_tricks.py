a = list(range(10))
print(a[:3], a[-3:], a[::2], a[::-1], a[8:2:-2], a[100:], a[-100:2], a[5:5], a[slice(None, None, 3)])

b = a[:]
b[2:5] = ["x"]
print(b)
b[1:1] = [100, 200]
print(b)
b[::3] = ["-"] * len(b[::3])
print(b)
del b[1::2]
print(b)
b[len(b):] = "end"
b[:0] = (None,)
print(b)
b[:] = []
print(b, len(a))

for bad in ("a[::2] = [1]", "a[::0]", "a['x':]", "a[1.0:2]", "del a[20]", "a[1:2] = 3", "(1, 2)[0] = 5", "'abc'[1] = 'x'"):
    try:
        exec(bad)
    except Exception as e:
        print(f"{bad:<14} {type(e).__name__}: {e}")


class Show:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)


s = Show()
print(s[1], s[1:2], s[::], s[1:2, 3], s[..., None], s[()], s[*a[:2]], s["k":"m"], s[-1::-1])
s[1:5] = 7
del s["x", ::2]
print(slice(1, 20, 3).indices(10), slice(None, None, -1).indices(5), slice(-3, None).indices(2))
print(slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), repr(slice("a")), slice(5).stop)


class Grid:
    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, key):
        match key:
            case (int(r), int(c)):
                return self.rows[r][c]
            case (slice() as r, slice() as c):
                return Grid([row[c] for row in self.rows[r]])
            case (slice() as r, int(c)):
                return [row[c] for row in self.rows[r]]
            case (r, slice() as c):
                return self.rows[r][c]
            case r:
                return self.rows[r]

    def __str__(self):
        return "\n".join(" ".join(f"{v:2}" for v in row) for row in self.rows)


g = Grid([[r * 5 + c for c in range(5)] for r in range(4)])
print(g[1, 2], g[2], g[:, 1], g[0, ::2])
print(g[1:3, -2:])
print(g[::-1, ::-1])

LAYOUT = [("year", slice(0, 4)), ("name", slice(5, 15)), ("score", slice(-4, None))]
for line in ("1999 Trixie       12", "2004 Zed          99"):
    print({k: line[sl].strip() for k, sl in LAYOUT})

r = range(0, 100, 7)
print(r[2:5], r[-1], r[::-2], list(r[10:]), 49 in r, r.index(70), len(r[3:-3]))
n = 3
print([a[i:i + n] for i in range(0, len(a), n)], a[-n:] + a[:-n], [*zip(a[::2], a[1::2])])
