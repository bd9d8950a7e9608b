"""Pickle shared, cyclic and customised objects with every protocol."""
import copyreg
import io
import pickle


class Node:
    def __init__(self, name):
        self.name = name
        self.links = []
        self.cache = "not to be stored"

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["cache"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.cache = "rebuilt"


class Money:
    __slots__ = ("cents",)

    def __init__(self, cents):
        self.cents = cents

    def __repr__(self):
        return f"Money({self.cents})"


copyreg.pickle(Money, lambda m: (Money, (m.cents,)))


class Interval(tuple):
    def __new__(cls, lo, hi):
        return super().__new__(cls, (lo, hi))

    def __getnewargs__(self):
        return tuple(self)


def main():
    a, b = Node("a"), Node("b")
    a.links += [b, a]
    b.links.append(a)
    shared = ["shared"]
    graph = {"nodes": [a, b], "one": shared, "two": shared, "price": Money(1999), "span": Interval(1, 5),
             "numbers": (1, 2**80, -3.5, 1j, None, True), "bytes": b"\0\xff", "text": "snow \u2603", "fn": len}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        g = pickle.loads(pickle.dumps(graph, protocol))
        x, y = g["nodes"]
        print(protocol, x.links[1] is x, y.links[0] is x, g["one"] is g["two"], x.cache, g["price"], g["span"],
              type(g["span"]).__name__, g["numbers"], g["bytes"], g["text"], g["fn"] is len)

    class Restricted(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("builtins", "range"):
                return range
            raise pickle.UnpicklingError(f"{module}.{name} is forbidden")

    for value in (range(3), print, Money(1)):
        try:
            print(Restricted(io.BytesIO(pickle.dumps(value))).load())
        except pickle.UnpicklingError as e:
            print("refused:", e)

    class ById(pickle.Pickler):
        def persistent_id(self, obj):
            return obj.name if isinstance(obj, Node) else None

    buf = io.BytesIO()
    ById(buf).dump([a, b, a])
    loader = pickle.Unpickler(io.BytesIO(buf.getvalue()))
    loader.persistent_load = {"a": a, "b": b}.__getitem__
    print([n.name for n in loader.load()])

    for bad in (lambda: 0, (i for i in "ab")):
        try:
            pickle.dumps(bad)
        except (pickle.PicklingError, TypeError, AttributeError) as e:
            print(type(e).__name__)
    for blob in (b"", b"\x80\x05K\x01", b"garbage"):
        try:
            pickle.loads(blob)
        except (EOFError, pickle.UnpicklingError) as e:
            print(type(e).__name__)


if __name__ == "__main__":
    main()
