import io
import sys


def chatty(n):
    print("called with", n)
    if n > 2:
        raise ValueError("too many")
    sys.stdout.write("ok\n")
    return n * 2


def capture(func, *args):
    saved, sys.stdout = sys.stdout, io.StringIO()
    try:
        try:
            result = func(*args)
        except Exception as e:
            result = e
        return result, sys.stdout.getvalue()
    finally:
        sys.stdout = saved


for n in range(4):
    result, text = capture(chatty, n)
    print(n, repr(result), repr(text))


class Upper(io.TextIOBase):
    def __init__(self, target):
        self.target = target

    def write(self, text):
        return self.target.write(text.upper())


sys.stdout = Upper(sys.stdout)
print("loud and clear")
sys.stdout = sys.__stdout__
print("calm again")

# The last replacement is never undone: what it holds is lost.
sys.stdout = io.StringIO()
print("into the void")
sys.exit(len(sys.stdout.getvalue()))
