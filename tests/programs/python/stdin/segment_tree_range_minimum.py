import sys

class SegTree:
    def __init__(self, data, func=min, default=float("inf")):
        self.default = default
        self.func = func
        self.n = len(data)
        self.size = 1 << (self.n - 1).bit_length()
        self.t = [default] * (2 * self.size)
        self.t[self.size:self.size + self.n] = data
        for i in reversed(range(1, self.size)):
            self.t[i] = func(self.t[2 * i], self.t[2 * i + 1])

    def __setitem__(self, i, v):
        i += self.size
        self.t[i] = v
        i >>= 1
        while i:
            self.t[i] = self.func(self.t[2 * i], self.t[2 * i + 1])
            i >>= 1

    def __getitem__(self, i):
        return self.t[i + self.size]

    def query(self, l, r):
        l += self.size
        r += self.size
        res = self.default
        while l < r:
            if l & 1:
                res = self.func(res, self.t[l]); l += 1
            if r & 1:
                r -= 1; res = self.func(res, self.t[r])
            l >>= 1; r >>= 1
        return res

def main():
    data = iter(map(int, sys.stdin.buffer.read().split()))
    n, q = next(data), next(data)
    a = [next(data) for _ in range(n)]
    lo, hi = SegTree(a), SegTree(a, max, float("-inf"))
    answers = []
    for _ in range(q):
        kind, x, y = next(data), next(data), next(data)
        if kind == 1:
            lo[x] = hi[x] = y
        else:
            answers.append("%s %s" % (lo.query(x, y), hi.query(x, y)))
    print("\n".join(answers))

main()
