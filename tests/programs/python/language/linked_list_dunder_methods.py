# doubly linked list that behaves like a sequence
from collections.abc import MutableSequence
class _Node:
    __slots__ = 'v', 'p', 'n'
    def __init__(self, v, p=None, n=None): self.v, self.p, self.n = v, p, n
class LinkedList(MutableSequence):
    def __init__(self, it=()):
        h = self._h = _Node(None); h.p = h.n = h     # sentinel
        self._len = 0
        self.extend(it)
    def _node(self, i):
        if not -self._len <= i < self._len: raise IndexError(f'index {i} out of range')
        if i < 0: i += self._len
        x = self._h.n
        for _ in range(i): x = x.n
        return x
    def __len__(self): return self._len
    def __getitem__(self, i):
        if isinstance(i, slice): return LinkedList([self[k] for k in range(*i.indices(len(self)))])
        return self._node(i).v
    def __setitem__(self, i, v): self._node(i).v = v
    def __delitem__(self, i):
        x = self._node(i)
        x.p.n, x.n.p = x.n, x.p
        self._len -= 1
    def insert(self, i, v):
        i = max(0, i + self._len) if i < 0 else min(i, self._len)
        nxt = self._h if i == self._len else self._node(i)
        x = _Node(v, nxt.p, nxt)
        nxt.p.n = nxt.p = x
        self._len += 1
    def __iter__(self):
        x = self._h.n
        while x is not self._h: yield x.v; x = x.n
    def __reversed__(self):
        x = self._h.p
        while x is not self._h: yield x.v; x = x.p
    def __eq__(self, o): return isinstance(o, LinkedList) and len(self) == len(o) and all(a == b for a, b in zip(self, o))
    def __add__(self, o): return LinkedList([*self, *o])
    def __mul__(self, k): return LinkedList([*self] * k)
    def __lt__(self, o): return list(self) < list(o)
    def __bool__(self): return self._len > 0
    def __repr__(self): return f'<{" <-> ".join(map(repr, self))}>'
l = LinkedList('abc'); print(l, len(l), bool(l), bool(LinkedList()))
l.append('d'); l.insert(0, 'z'); l.insert(-1, 'c2'); l.insert(99, 'end'); print(l)
del l[0]; l[1] = 'B'; l.remove('c2'); print(l, l.pop(), l.pop(0), l)
l.reverse(); print(l, list(reversed(l)), l.index('B'), l.count('d'), 'q' in l)
l += [1, 2]; l.extend(l[:2]); print(l, l[1:4], l[::-2], l[-1])
print(l == LinkedList(l), l == list(l), LinkedList([1]) + [2] , LinkedList('xy') * 2, LinkedList([1, 2]) < LinkedList([1, 3]))
for f in (lambda: l[50], lambda: l.remove('nope'), lambda: hash(l), lambda: LinkedList().pop(), lambda: l.index('nope')):
    try: f()
    except Exception as e: print(type(e).__name__, e)
a, *b = l; print(a, b, sum(LinkedList(range(101))), *map(str.upper, LinkedList('hi')))
l.clear(); print(l, len(l))
