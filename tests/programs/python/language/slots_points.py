import inspect


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Point3(Point):
    __slots__ = ("z",)

    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


class Loose(Point):
    pass


class Documented:
    __slots__ = {"width": "width in pixels", "height": "height in pixels"}


p = Point(1, 2)
print(p)
try:
    p.z = 3
except AttributeError as e:
    print("AttributeError:", e)

q = Point3(1, 2, 3)
print(q.x, q.y, q.z)
print(hasattr(p, "__dict__"), hasattr(q, "__dict__"), hasattr(Loose(1, 2), "__dict__"))

l = Loose(5, 6)
l.label = "free"
print(l.__dict__, l)

del p.x
try:
    print(p.x)
except AttributeError as e:
    print("AttributeError:", e)

print(type(Point.x).__name__, Point.y.__get__(p))
print([s for c in Point3.__mro__ for s in getattr(c, "__slots__", ())])
print(inspect.getdoc(Documented.width), "/", inspect.getdoc(Documented.height))

try:
    class Bad:
        __slots__ = ("a",)
        a = 1
except ValueError as e:
    print("ValueError:", e)

try:
    class A:
        __slots__ = ("a",)
    class B:
        __slots__ = ("b",)
    class C(A, B):
        pass
except TypeError as e:
    print("TypeError:", e)

try:
    import weakref
    weakref.ref(p)
except TypeError as e:
    print("TypeError:", e)
