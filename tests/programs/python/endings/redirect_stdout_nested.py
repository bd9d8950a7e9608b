import contextlib
import io
import sys

outer, inner = io.StringIO(), io.StringIO()

print("one")
with contextlib.redirect_stdout(outer):
    print("two")
    with contextlib.redirect_stdout(inner):
        print("three")
        help_text = io.StringIO()
        with contextlib.redirect_stderr(sys.stdout):
            print("four", file=sys.stderr)
    print("five")
print("six")
print("outer", outer.getvalue().split())
print("inner", inner.getvalue().split())

with contextlib.redirect_stdout(None):
    print("nobody gets this")

r = contextlib.redirect_stdout(inner)
with r:
    with r:
        print("reentrant")
    print("still redirected")
print(inner.getvalue(), end="")

try:
    with contextlib.redirect_stdout(outer):
        print("before the error")
        raise RuntimeError("inside the redirection")
except RuntimeError as e:
    print("restored:", e)
print(repr(outer.getvalue()))

with contextlib.redirect_stdout(outer), contextlib.ExitStack() as stack:
    stack.callback(lambda: sys.__stdout__.write("callback ran\n"))
    sys.exit("leaving while redirected")
