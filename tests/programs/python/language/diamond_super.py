"""Cooperative multiple inheritance in a diamond."""

class Root:
    def __init__(self, **kwargs):
        print("Root.__init__", kwargs)
        super().__init__()

    def ping(self):
        print("ping:", type(self).__name__)

    def draw(self):
        # the delegation chain stops here
        assert not hasattr(super(), "draw")

class A(Root):
    def __init__(self, *, a=1, **kwargs):
        print("A.__init__", a)
        self.a = a
        super().__init__(**kwargs)

    def ping(self):
        print("A.ping")
        super().ping()

    def draw(self):
        print("drawing A")
        super().draw()

class B(Root):
    def __init__(self, *, b=2, **kwargs):
        print("B.__init__", b)
        self.b = b
        super().__init__(**kwargs)

    def ping(self):
        print("B.ping")

    def draw(self):
        print("drawing B")
        super().draw()

class Leaf(A, B):
    def __init__(self, **kwargs):
        print("Leaf.__init__")
        super().__init__(**kwargs)

    def ping(self):
        print("Leaf.ping")
        super().ping()

leaf = Leaf(a=10, b=20)
leaf.ping()
leaf.draw()
print([c.__name__ for c in Leaf.mro()])
super(A, leaf).draw()
super(A, leaf).ping()
print(super(Leaf, leaf).__thisclass__.__name__, super(Leaf, leaf).__self_class__.__name__)

try:
    class X(A, Root, B):
        pass
    print([c.__name__ for c in X.__mro__])
except TypeError as e:
    print("TypeError:", str(e).replace("\n", " "))

try:
    class Y(Root, A):
        pass
except TypeError as e:
    print("TypeError:", str(e).replace("\n", " "))

try:
    Leaf(c=3).ping()
except TypeError as e:
    print("TypeError:", e)

print(Leaf.__bases__ == (A, B), issubclass(Leaf, Root), isinstance(leaf, B))
Leaf.__bases__ = (B, A)
print([c.__name__ for c in Leaf.__mro__])
leaf.ping()
