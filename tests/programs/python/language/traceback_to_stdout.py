"""Prints tracebacks to stdout with the file name replaced, so that only the shape is shown."""
import sys
import traceback


class Account:
    def withdraw(self, amount):
        return self._check(amount)

    def _check(self, amount):
        limit = {"daily": 100}
        if amount > limit["weekly"]:
            return False


def level3(x):
    return [10 // y for y in (x, x - 1)]


def level2(x):
    return level3(x)


def level1(x):
    try:
        return level2(x)
    except ZeroDivisionError as e:
        e.add_note(f"x was {x}")
        raise RuntimeError("level1 failed") from e


def recurse(n):
    return recurse(n + 1)


def clean(text):
    return text.replace(__file__, "program.py")


def show(fn, *args):
    print(f"--- {fn.__name__}{args}")
    try:
        print(fn(*args))
    except Exception:
        print(clean(traceback.format_exc()), end="")


show(level1, 3)
show(level1, 1)
show(Account().withdraw, 50)
show(lambda: undefined_name)
show(lambda: (1).real.imga)
show(eval, "1 +* 2")
show(eval, "[x for x in\n range(3) if x / 0]")
show(int, "twelve")

try:
    recurse(0)
except RecursionError as e:
    tb = traceback.extract_tb(e.__traceback__)
    print(type(e).__name__, len(tb) > 50, {f.name for f in tb} == {"<module>", "recurse"})

try:
    level1(0)
except RuntimeError:
    tp, value, tb = sys.exc_info()
    for frame, lineno in traceback.walk_tb(tb):
        print(frame.f_code.co_name, lineno, sorted(frame.f_locals) if frame.f_code.co_name != "<module>" else "...")
    te = traceback.TracebackException.from_exception(value, capture_locals=True)
    print(te.exc_type_str, te.__cause__.exc_type_str, te.__cause__.__notes__, te.__cause__.stack[-1].locals)
    stack = traceback.extract_tb(tb)
    print([(f.name, f.line) for f in stack])
print(sys.exc_info())
