import contextlib
import io
import sys


@contextlib.contextmanager
def resource(name, fail_on_exit=False):
    print("open", name)
    try:
        yield name.upper()
    except ValueError as e:
        print(name, "saw", e)
        raise
    finally:
        print("close", name)
        if fail_on_exit:
            raise RuntimeError(f"{name} broke while closing")


with contextlib.ExitStack() as stack:
    got = [stack.enter_context(resource(n)) for n in ("a", "b", "c")]
    stack.callback(print, "a callback", sep="", end="!\n")
    print(got)

try:
    with contextlib.ExitStack() as stack:
        stack.enter_context(resource("outer"))
        stack.enter_context(resource("inner", fail_on_exit=True))
        raise ValueError("in the body")
except RuntimeError as e:
    print("outside:", e, "| before it:", repr(e.__context__))


def swallow(kind, value, tb):
    print("exit sees", kind and kind.__name__)
    return kind is KeyError


with contextlib.ExitStack() as stack:
    stack.push(swallow)
    {}["missing"]
print("went on")

# pop_all hands the duties over only if all went well
def acquire(names):
    with contextlib.ExitStack() as s:
        for n in names:
            s.enter_context(resource(n))
        return s.pop_all()

keep = acquire("xy")
print("in between")
keep.close()

out = io.StringIO()
with contextlib.redirect_stdout(out), contextlib.suppress(ZeroDivisionError, KeyError):
    print("hidden")
    1 / 0
print(repr(out.getvalue()))


class Door(contextlib.ContextDecorator):
    def __enter__(self):
        print("door opens")
        return self

    def __exit__(self, *exc):
        print("door shuts", exc[0])
        return False


@Door()
def walk():
    return "walked"


print(walk(), walk.__name__)
with contextlib.closing(io.StringIO("text")) as f:
    pass
print(f.closed)
with contextlib.nullcontext(5) as five:
    print(five)
with contextlib.suppress(ValueError):
    raise ExceptionGroup("g", [ValueError(1)])
try:
    with contextlib.contextmanager(lambda: (yield from (1, 2)))():
        print("body")
except RuntimeError as e:
    print(e)
