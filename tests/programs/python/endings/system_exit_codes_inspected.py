"""What SystemExit makes of its arguments, without ever leaving."""
import sys


class Silent:
    def __repr__(self):
        return "<silent>"


values = [None, 0, 1, -1, 255, 256, True, False, 2.0, "", "text", b"bytes",
          (), (1,), (1, 2), [3], {}, Silent(), 2**70, NotImplemented, ...]

for value in values:
    try:
        sys.exit(value)
    except SystemExit as e:
        print(f"{value!r:>24} code={e.code!r} args={e.args!r}")

for args in [(), (1,), (1, 2), ("a", "b", "c"), ((1, 2),)]:
    e = SystemExit(*args)
    print(args, "->", repr(e), repr(e.code), repr(str(e)))

try:
    sys.exit(1, 2)
except TypeError as e:
    print("TypeError:", e)

try:
    raise SystemExit
except BaseException as e:
    print(type(e).__name__, e.code, isinstance(e, Exception))

stop = SystemExit(4)
stop.code = "changed"
print(stop.args, stop.code)
raise SystemExit(2**70)
