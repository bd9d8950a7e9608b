"""
LRU cache: a dictionary together with a doubly linked list.

get and put both run in O(1).
"""

class Node:
    __slots__ = ("key", "value", "prev", "next")

    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.prev = self.next = None

class LRUCache:
    def __init__(self, capacity: int):
        self.capacity = capacity
        self.map = {}
        self.head, self.tail = Node(), Node()
        self.head.next, self.tail.prev = self.tail, self.head
        self.hits = self.misses = 0

    def _remove(self, node):
        node.prev.next, node.next.prev = node.next, node.prev

    def _push_front(self, node):
        node.prev, node.next = self.head, self.head.next
        self.head.next.prev = node
        self.head.next = node

    def get(self, key, default=-1):
        node = self.map.get(key)
        if node is None:
            self.misses += 1
            return default
        self.hits += 1
        self._remove(node)
        self._push_front(node)
        return node.value

    def put(self, key, value):
        if key in self.map:
            self._remove(self.map[key])
        elif len(self.map) >= self.capacity:
            oldest = self.tail.prev
            self._remove(oldest)
            del self.map[oldest.key]
            print(f"  evict {oldest.key!r}")
        self.map[key] = Node(key, value)
        self._push_front(self.map[key])

    def __len__(self):
        return len(self.map)

    def __iter__(self):
        node = self.head.next
        while node is not self.tail:
            yield node.key, node.value
            node = node.next

    def __repr__(self):
        return f"LRUCache({', '.join(f'{k}={v}' for k, v in self)})"

cache = LRUCache(2)
cache.put(1, 1)
cache.put(2, 2)
assert cache.get(1) == 1
cache.put(3, 3)
assert cache.get(2) == -1
cache.put(4, 4)
assert (cache.get(1), cache.get(3), cache.get(4)) == (-1, 3, 4)
print(cache, cache.hits, cache.misses)

cache = LRUCache(4)
for page in "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1".split():
    if cache.get(page, None) is None:
        cache.put(page, int(page) ** 2)
print(cache, f"hits={cache.hits} misses={cache.misses} size={len(cache)}")
cache.put("0", "new")
print(dict(cache))
