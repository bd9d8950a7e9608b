import atexit
import io
import sys

log = []


@atexit.register
def report():
    print("report:", log)
    sys.stdout.flush()


def note(name, times=1):
    log.append(name * times)
    print("handler", name)


def broken():
    log.append("broken")
    raise RuntimeError("in a handler")


atexit.register(note, "a")
atexit.register(note, "b", times=2)
atexit.register(broken)
atexit.register(note, "gone")
atexit.register(note, "c")
atexit.unregister(print)
print("registered")


# the error of a handler goes to standard error, quietly
sys.stderr = io.StringIO()
sys.unraisablehook = lambda u: print("unraisable:", type(u.exc_value).__name__, u.exc_value)
try:
    sys.exit(300 % 256)
finally:
    print("finally before the handlers")
