import sys


class Recorder(list):
    def __call__(self, kind, value, tb):
        self.append(kind.__name__)
        print("hook called for", kind.__name__, "-", value)
        # The hook is broken: there is no such entry.
        print("never printed", self[5])


recorder = Recorder()
sys.excepthook = recorder

# Called by hand, as some frameworks do.
try:
    raise OverflowError("first")
except OverflowError:
    try:
        sys.excepthook(*sys.exc_info())
    except IndexError as e:
        print("hook failed:", e, "| context:", repr(e.__context__))

print(recorder)
text = "caf\xe9".encode("latin-1")
print(text)
print(text.decode("ascii"))
