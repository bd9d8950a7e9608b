import gc
import weakref

class Image:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Image({self.name!r})"

class ImageCache:
    def __init__(self):
        self._cache = weakref.WeakValueDictionary()
        self.loads = 0

    def get(self, name):
        img = self._cache.get(name)
        if img is None:
            self.loads += 1
            img = self._cache[name] = Image(name)
        return img

    def __len__(self):
        return len(self._cache)

cache = ImageCache()
a, b = cache.get("a"), cache.get("b")
print(cache.get("a") is a, len(cache), cache.loads)
del a
print(len(cache), cache.get("a"), cache.loads, len(cache))

obj = Image("watched")
r = weakref.ref(obj, lambda ref: print("callback: dead", ref() is None))
print(r() is obj, weakref.getweakrefcount(obj), r is weakref.ref(obj))
p = weakref.proxy(obj)
print(p.name, p)
del obj
print(r())
try:
    p.name
except ReferenceError as e:
    print("ReferenceError:", e)

class Node:
    """Children are owned, the parent is only referred to weakly."""

    def __init__(self, name, parent=None):
        self.name = name
        self.children = []
        self._parent = weakref.ref(parent) if parent else None
        if parent:
            parent.children.append(self)

    @property
    def parent(self):
        return self._parent and self._parent()

    def path(self):
        return (self.parent.path() if self.parent else "") + "/" + self.name

top = Node("top")
leaf = Node("leaf", Node("dir", top))
print(leaf.path(), leaf.parent.name)
del top
print(leaf.path(), leaf.parent)

meta = weakref.WeakKeyDictionary()
k1, k2 = Image("k1"), Image("k2")
meta[k1], meta[k2] = "first", "second"
del k1
gc.collect()
print(list(meta.items()))

live = weakref.WeakSet([k2, b])
print(sorted(i.name for i in live))
del b
print([i.name for i in live])

fin = weakref.finalize(k2, print, "finalizer:", "k2 went away", sep=" ")
late = weakref.finalize(leaf, print, "finalizer: at exit")
print(fin.alive, fin.peek()[2])
del k2
print(fin.alive, late.alive)
for bad in (5, "text", (1,), None, [1]):
    try:
        weakref.ref(bad)
    except TypeError as e:
        print("TypeError:", e)
print("end of program")
