from abc import ABC, abstractmethod, ABCMeta
from collections.abc import Iterable, Mapping, MutableSequence, Sized
import math


class Shape(ABC):
    registry = []

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Shape.registry.append(cls.__name__)

    @property
    @abstractmethod
    def area(self): ...

    @abstractmethod
    def scale(self, k): ...

    def describe(self):
        return f"{type(self).__name__} of area {self.area:.3f}"


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    @property
    def area(self):
        return math.pi * self.r ** 2

    def scale(self, k):
        return Circle(self.r * k)


class Polygon(Shape):
    def __init__(self, *points):
        self.points = points

    @property
    def area(self):
        pairs = zip(self.points, self.points[1:] + self.points[:1])
        return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2

    def scale(self, k):
        return type(self)(*((x * k, y * k) for x, y in self.points))


class Half(Shape):
    area = 1


for s in (Circle(1), Polygon((0, 0), (4, 0), (4, 3)), Circle(2).scale(0.5), Polygon((0, 0), (2, 0), (2, 2), (0, 2)).scale(1.5)):
    print(s.describe())
print(Shape.registry, sorted(Shape.__abstractmethods__), sorted(Half.__abstractmethods__))
for cls in (Shape, Half):
    try:
        cls()
    except TypeError as e:
        print(e)


class Duck(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Duck:
            return any("quack" in vars(k) for k in other.__mro__)
        return NotImplemented


class Robot:
    def quack(self):
        return "beep"


@Duck.register
class Stone:
    pass


print(isinstance(Robot(), Duck), isinstance(3, Duck), issubclass(Stone, Duck), Duck in Robot.__mro__)


class Squares(MutableSequence):
    def __init__(self, n):
        self.a = [i * i for i in range(n)]
    def __getitem__(self, i): return self.a[i]
    def __setitem__(self, i, v): self.a[i] = v
    def __delitem__(self, i): del self.a[i]
    def __len__(self): return len(self.a)
    def insert(self, i, v): self.a.insert(i, v)


q = Squares(5)
q += [30, 40]
q.remove(4)
q.reverse()
print(list(q), q.pop(), 9 in q, q.index(16), q.count(1), isinstance(q, Iterable), isinstance(q, Mapping), issubclass(Squares, Sized))
