# differs: frames of the interpreter stand below those of the program
import sys, inspect

def whoami(depth=0):
    return sys._getframe(depth + 1).f_code.co_name

def caller_locals():
    f = sys._getframe(1)
    return {k: v for k, v in f.f_locals.items() if not callable(v)}

def stack():
    f, names = sys._getframe(1), []
    while f:
        names.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return names

def debug(*names):
    frame = inspect.currentframe().f_back
    try:
        print(f"[{frame.f_code.co_name}:{frame.f_lineno}]", ", ".join(f"{n}={frame.f_locals.get(n, frame.f_globals.get(n, '?'))!r}" for n in names))
    finally:
        del frame

def a(x):
    y = x * 2
    debug("x", "y", "LIMIT", "zz")
    return b(y, flag=True)

def b(y, *, flag):
    print(whoami(), whoami(1), caller_locals())
    z = [stack() for _ in range(1)][0]
    return z

LIMIT = 3
print(a(5))

def change():
    v = "old"
    sys._getframe().f_locals["v"] = "new"
    return v

print(change())

class T:
    def m(self):
        return sys._getframe().f_code.co_qualname, sys._getframe(1).f_code.co_qualname
    where = sys._getframe().f_code.co_name

print(T().m(), T.where, (lambda: whoami())())

def gen():
    yield whoami()
    yield sys._getframe().f_back.f_code.co_name
print(list(gen()))
g = gen(); next(g)
print(g.gi_frame.f_lineno, g.gi_running, g.gi_code.co_name)

events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("fact", "helper"):
        events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else None))
        return tracer

def helper(n): return n - 1
def fact(n):
    if n < 2:
        return 1
    return n * fact(helper(n))

sys.settrace(tracer)
fact(2)
sys.settrace(None)
print(*events, sep="\n")
info = inspect.getframeinfo(sys._getframe())
print(info.function, info.lineno, info.code_context[0].strip())
try: sys._getframe(100)
except ValueError as e: print("ValueError:", e)
