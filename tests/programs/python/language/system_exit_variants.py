import sys

def attempt(arg):
    try:
        sys.exit(arg)
    except SystemExit as e:
        return e.code, str(e), e.args

for arg in (0, 3, None, "text message", (1, 2), True, -1, 256):
    print(repr(arg), "->", attempt(arg))

def cleanup(label):
    print("cleanup", label)

try:
    try:
        exit_requested = False
        raise SystemExit(7)
    except Exception:
        print("SystemExit is not an Exception")
    finally:
        cleanup("inner")
except BaseException as e:
    print(type(e).__name__, e.code, type(e).__mro__[1].__name__)

try:
    raise SystemExit
except SystemExit as e:
    print(repr(e.code))

class Guard:
    def __enter__(self): return self
    def __exit__(self, tp, e, tb):
        print("guard saw", tp.__name__, e.code)
        return e.code == 5

with Guard():
    sys.exit(5)
print("still running")
with Guard():
    sys.exit("final message on stderr")
print("never printed")
