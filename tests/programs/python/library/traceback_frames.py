# differs: frames of the interpreter stand below those of the program
import io
import sys
import traceback


class ConfigError(Exception):
    pass


def parse(value):
    return int(value)


def load(options):
    total = 0
    for key, value in options.items():
        try:
            total += parse(value)
        except ValueError as e:
            e.add_note(f"while reading {key}")
            raise ConfigError(f"bad option {key!r}") from e
    return total


def names(tb):
    return [frame.name for frame in traceback.extract_tb(tb)]


try:
    load({"a": "1", "b": "two"})
except ConfigError as e:
    print(type(e).__name__, e, "|", type(e.__cause__).__name__, e.__cause__, e.__cause__.__notes__)
    print(names(e.__traceback__), names(e.__cause__.__traceback__))
    print(traceback.format_exception_only(e), traceback.format_exception_only(e.__cause__))
    lines = [f.lineno for f in traceback.extract_tb(e.__traceback__)]
    print(lines[0] > lines[1], len(lines))
    text = "".join(traceback.format_exception(e))
    print(text.count("Traceback (most recent call last)"), "direct cause" in text, text.strip().splitlines()[-1])


def countdown(n):
    if n == 0:
        raise KeyError("bottom")
    countdown(n - 1)


try:
    countdown(12)
except KeyError:
    exc = sys.exception()
    print(len(traceback.extract_tb(exc.__traceback__)), names(exc.__traceback__)[-2:], names(exc.__traceback__.tb_next))
    print(len(traceback.extract_tb(exc.__traceback__, limit=3)), "repeated" in traceback.format_exc())
    buf = io.StringIO()
    traceback.print_exc(limit=-1, file=buf)
    print(buf.getvalue().splitlines()[-1])

try:
    try:
        {}["k"]
    finally:
        raise RuntimeError("in finally")
except RuntimeError as e:
    te = traceback.TracebackException.from_exception(e, capture_locals=False)
    print(te.exc_type_str if hasattr(te, "exc_type_str") else te.exc_type.__name__, type(e.__context__).__name__, e.__suppress_context__)

try:
    compile("x = (1,\ny = 2", "made_up", "exec")
except SyntaxError as e:
    print("".join(traceback.format_exception_only(e)))

group = ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [TypeError("t"), OSError("o")])])
print("".join(traceback.format_exception(group)))
print([f.name for f in traceback.extract_stack()], traceback.format_list([("file.txt", 3, "fn", "code()")]))
