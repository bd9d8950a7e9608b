import io
import sys
from contextlib import contextmanager, redirect_stdout, suppress, closing

class Indent:
    """Re-entrant context manager: prints with the current indentation."""

    def __init__(self):
        self.level = 0

    def __enter__(self):
        self.level += 1
        return self

    def __exit__(self, exc_type, exc, tb):
        self.level -= 1
        if exc_type is not None:
            self.print(f"leaving because of {exc_type.__name__}: {exc}")
        return exc_type is not None and issubclass(exc_type, StopIteration)

    def print(self, text):
        print("    " * self.level + text)

@contextmanager
def tag(name, **attrs):
    extra = "".join(f' {k}="{v}"' for k, v in attrs.items())
    print(f"<{name}{extra}>", end="")
    try:
        yield
    except ValueError as e:
        print(f"<!-- {e} -->", end="")
    finally:
        print(f"</{name}>", end="")

@contextmanager
def temporary(obj, **values):
    missing = object()
    old = {k: getattr(obj, k, missing) for k in values}
    for k, v in values.items():
        setattr(obj, k, v)
    try:
        yield old
    finally:
        for k, v in old.items():
            delattr(obj, k) if v is missing else setattr(obj, k, v)

with Indent() as ind:
    ind.print("hi")
    with ind:
        ind.print("hello")
        with ind:
            ind.print("bonjour")
    with ind:
        raise StopIteration("swallowed")
    ind.print("hey")

with tag("div", id="main"), tag("p"):
    print("text", end="")
    raise ValueError("oops")
print()

class Settings:
    debug = False

with temporary(Settings, debug=True, level=3):
    print(Settings.debug, Settings.level)
print(Settings.debug, hasattr(Settings, "level"))

buf = io.StringIO()
with redirect_stdout(buf):
    print("captured")
    print("more", file=sys.stdout)
print(repr(buf.getvalue()))

with (
    closing(io.StringIO("some\nlines")) as f,
    suppress(ZeroDivisionError),
):
    print(f.readlines())
print(f.closed)

try:
    @contextmanager
    def twice():
        yield 1
        yield 2
    with twice():
        pass
except RuntimeError as e:
    print("RuntimeError:", e)
