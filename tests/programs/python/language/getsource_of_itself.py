# differs: the file of the program is not there
# inspect.getsource on functions, classes and lambdas of this very file
import ast
import dis
import inspect


def area(width, height=1):
    # a comment belongs to the source
    return width * height      # trailing comment


class Greeter:
    """Says hello."""

    greeting = "hello"

    def greet(self, name):
        return f"{self.greeting} {name}"


def outer():
    def inner(x):
        return x + 1

    return inner


square = lambda n: n * n   # noqa

print(inspect.getsource(area), end="")
print(inspect.getsource(Greeter.greet), end="")
print(inspect.getsource(outer()), end="")
print(inspect.getsource(square), end="")
lines, start = inspect.getsourcelines(Greeter)
print(start, len(lines), lines[0].rstrip(), inspect.getsourcelines(area)[1])
print(repr(inspect.getcomments(area)), inspect.getmodule(area).__name__, inspect.getfile(area) == __file__)

with open(__file__, encoding="utf-8") as f:
    text = f.read()
tree = ast.parse(text)
print([f"{type(n).__name__} {n.name}" for n in tree.body if hasattr(n, "name")])
print(text.count("inspect."), text.splitlines()[inspect.currentframe().f_lineno - 1].startswith("print"))

try:
    inspect.getsource(len)
except TypeError as e:
    print("TypeError:", str(e)[:40])
ns = {}
exec("def ghost(): pass", ns)
try:
    inspect.getsource(ns["ghost"])
except OSError as e:
    print("OSError:", e)
print(area.__code__.co_varnames, area.__code__.co_argcount, area.__code__.co_firstlineno, area.__defaults__)
