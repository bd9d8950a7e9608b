import random

class SkipList:
    MAX = 8

    def __init__(self, seed):
        self.rng = random.Random(seed)
        # a node is [key, value, [next on level 0, next on level 1, ...]]
        self.head = [None, None, [None] * self.MAX]
        self.length = 0

    def _before(self, key):
        update = [None] * self.MAX
        node = self.head
        for level in range(self.MAX - 1, -1, -1):
            while node[2][level] is not None and node[2][level][0] < key:
                node = node[2][level]
            update[level] = node
        return update

    def __setitem__(self, key, value):
        update = self._before(key)
        candidate = update[0][2][0]
        if candidate is not None and candidate[0] == key:
            candidate[1] = value
            return
        height = 1
        while height < self.MAX and self.rng.random() < 0.5:
            height += 1
        node = [key, value, [None] * height]
        for level in range(height):
            node[2][level] = update[level][2][level]
            update[level][2][level] = node
        self.length += 1

    def __getitem__(self, key):
        node = self._before(key)[0][2][0]
        if node is None or node[0] != key:
            raise KeyError(key)
        return node[1]

    def __delitem__(self, key):
        update = self._before(key)
        node = update[0][2][0]
        if node is None or node[0] != key:
            raise KeyError(key)
        for level, nxt in enumerate(node[2]):
            update[level][2][level] = nxt
        self.length -= 1

    def __iter__(self):
        node = self.head[2][0]
        while node:
            yield node[0]
            node = node[2][0]

    def show(self):
        keys = list(self)
        for level in range(self.MAX - 1, -1, -1):
            node, here = self.head[2][level], set()
            while node:
                here.add(node[0])
                node = node[2][level]
            if here:
                print(f"L{level}", "".join(f"{k:>4}" if k in here else "   -" for k in keys))

s = SkipList(2024)
for k in [3, 6, 7, 9, 12, 19, 17, 26, 21, 25]:
    s[k] = chr(96 + k)
s.show()
s[19] = "again"
del s[3], s[26]
print(list(s), s.length, s[19], s[25])
try:
    s[3]
except KeyError as e:
    print("KeyError", e)

big = SkipList(5)
model = {}
rng = random.Random(99)
for _ in range(3000):
    k = rng.randrange(500)
    if rng.random() < 0.6:
        big[k] = model[k] = rng.randrange(10**6)
    elif k in model:
        del big[k], model[k]
print(len(model), big.length, list(big) == sorted(model), all(big[k] == v for k, v in model.items()))
