# differs: the order in which objects go at the very end
import gc, sys

class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self): print("  del", self.name)

print("simple"); n = Noisy("a"); del n
print("two references"); x = Noisy("b"); y = x; del x; print("  one left"); y = None
print("rebinding"); z = Noisy("c1"); z = Noisy("c2"); del z
print("function scope")
def f():
    t = Noisy("local")
    print("  in f")
f()
print("container"); box = [Noisy("e1"), Noisy("e2")]; box.pop(0); print("  popped"); box.clear()
print("temporary"); Noisy("tmp").name; print("  after")

print("cycle")
gc.collect()
gc.disable()
def cycle():
    p, q = Noisy("p"), Noisy("q")
    p.other, q.other = q, p
cycle()
print("  not yet collected")
print(" ", gc.collect() >= 2, "objects found")
s = Noisy("self"); s.me = s; del s
print("  collect"); gc.collect()
gc.enable()

print("resurrection")
saved = []
class Phoenix:
    def __del__(self): print("  rising"); saved.append(self)
ph = Phoenix(); del ph
print("  saved", len(saved)); saved.clear(); print("  __del__ runs once only,", len(saved), "saved")

print("error in __del__")
class Bad:
    def __del__(self): raise RuntimeError("cannot be propagated")
old, sys.unraisablehook = sys.unraisablehook, lambda u: print("  unraisable:", u.exc_type.__name__, u.exc_value)
b = Bad(); del b
sys.unraisablehook = old

print("exception keeps the frame")
def g():
    held = Noisy("held")
    raise ValueError
try: g()
except ValueError as e: print("  handling")
print("  handled")

print("generator")
def gen():
    m = Noisy("in generator")
    try: yield 1
    finally: print("  generator closed")
it = gen(); next(it); it = None

print("refcounts", sys.getrefcount(object()) > 0, gc.is_tracked([]), gc.is_tracked(5), gc.isenabled())
l = []; l.append(l); i = len(gc.get_referrers(l)) > 0; print("  self-referring list", l, i); del l
class WithSlots:
    __slots__ = ("n",)
    def __del__(self): print("  del slots", self.n)
w = WithSlots(); w.n = 3; w = None
keep = Noisy("module level, at exit")
_under = Noisy("underscore name, at exit")
print("end")
