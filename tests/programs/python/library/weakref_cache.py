import gc
import weakref


class Image:
    alive = 0

    def __init__(self, name):
        self.name = name
        self.twin = None
        Image.alive += 1

    def __del__(self):
        Image.alive -= 1


class Cache:
    def __init__(self):
        self.store = weakref.WeakValueDictionary()
        self.loads = 0

    def get(self, name):
        image = self.store.get(name)
        if image is None:
            self.loads += 1
            image = self.store[name] = Image(name)
        return image


gc.disable()
cache = Cache()
a = cache.get("a")
b = cache.get("b")
print(cache.get("a") is a, cache.loads, sorted(cache.store))
del a
print(sorted(cache.store), Image.alive)

# a cycle stays until the collector comes
b.twin = cache.get("c")
b.twin.twin = b
r = weakref.ref(b, lambda ref: print("callback: dead", ref() is None))
del b
print("before collect", r() is not None, Image.alive)
found = gc.collect()
print("after collect", r(), Image.alive, found > 0, sorted(cache.store))

events = []
obj = Image("watched")
fin = weakref.finalize(obj, events.append, "finalized")
print(fin.alive, weakref.getweakrefcount(obj))
del obj
print(fin.alive, events, fin())

keys = weakref.WeakKeyDictionary()
group = weakref.WeakSet()
x, y = Image("x"), Image("y")
keys[x] = 1
keys[y] = 2
group.add(x)
group.add(y)
del x
print(len(keys), len(group), [i.name for i in group])

p = weakref.proxy(y)
print(p.name, p == y, type(p).__name__)
wm = weakref.WeakMethod(y.__del__)
print(wm() == y.__del__)
keep = y.__dict__
del y
try:
    p.name
except ReferenceError as e:
    print("ReferenceError:", e)
print(wm(), keep["name"], Image.alive)
for thing in (5, "s", (1,), None):
    try:
        weakref.ref(thing)
    except TypeError as e:
        print(e)


class Slim:
    __slots__ = ("v", "__weakref__")


s = Slim()
print(weakref.ref(s) is weakref.ref(s), gc.is_tracked([]), gc.is_tracked(1), gc.isenabled(), gc.get_threshold() != (0, 0, 0))
gc.enable()
