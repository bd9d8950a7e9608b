x = "global"

def reads():
    return x

def shadows():
    x = "local"
    return x

def sets_global():
    global x, brand_new
    x = "changed"
    brand_new = 1

def broken():
    try:
        print(x)
        x = 1
    except UnboundLocalError as e:
        return f"UnboundLocalError: {e}"

print(reads(), shadows(), x)
sets_global()
print(reads(), x, brand_new, broken())

def levels():
    v = 1
    def mid():
        v = 2
        def low():
            nonlocal v
            v += 10
            return v
        return low(), v
    return mid(), v
print(levels())

class A:
    x = "class"
    y = x
    def m(self): return x, self.x
    z = (lambda: x)()
    lst = [x for _ in range(1)]
    first = [q for q in x]
print(A.y, A().m(), A.z, A.lst, A.first)

def f():
    class B:
        x = x        # the global, as there is no local x in f
        def g(self): return __class__.__name__
    return B.x, B().g()
print(f())

def del_local():
    a = 1
    del a
    try: return a
    except UnboundLocalError: return "gone"
print(del_local())

for i in range(3):
    pass
print(i, [i for i in "ab"], i)
try: raise ValueError("v")
except ValueError as err: keep = err
print("err" in globals(), keep)
import math as m
print("m" in globals(), "math" in globals())

print(max(3, 4)); max = min; print(max(3, 4)); del max; print(max(3, 4))
def shadow_builtin(list=list, len=lambda v: "fake"): return list("ab"), len("abc")
print(shadow_builtin(), len("abc"))

class Mangle:
    __secret = 1
    def __init__(self): self.__own = 2
    def get(self, o): return o.__secret, self.__own
class Sub(Mangle): __secret = "sub"
print(Sub().get(Sub()), vars(Mangle()), [n for n in vars(Sub) if "secret" in n])

def show_locals(a, b=2, *c, **d):
    e = 5
    return locals()
print(show_locals(1, k=3))
for src in ("def f():\n x=1\n global x", "def f():\n nonlocal q", "nonlocal z", "def f(a):\n global a", "def f():\n print(x)\n def g():\n  nonlocal x", "class C:\n return 1", "break", "yield 1", "def f():\n  from math import *", "global g; g = 1", "x: int = 1; global x"):
    try: compile(src, "<s>", "exec"); print(repr(src), "ok")
    except SyntaxError as e: print(repr(src), "->", e.msg)
