# stderr differs: tracebacks of errors that are ignored have no lines of source
import sys

records = []


def hook(info):
    records.append((info.exc_type.__name__, str(info.exc_value)))
    print("unraisable:", info.exc_type.__name__, info.exc_value)


sys.unraisablehook = hook


class Leaky:
    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


Leaky(ValueError("v"))
Leaky(KeyError("k"))
x = Leaky(RuntimeError("reassigned"))
x = None


def gen():
    try:
        yield 1
        yield 2
    finally:
        raise OSError("while closing")


g = gen()
print("got", next(g))
del g


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            yield "refuses"


s = stubborn()
next(s)
del s

sys.unraisablehook = sys.__unraisablehook__
Leaky(ValueError("goes to standard error"))
print(len(records))
for record in records:
    print(*record, sep=": ")
