from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import total_ordering

@total_ordering
class Shape(ABC):
    """Base class of all the shapes. Shapes are compared by their area."""

    registry: dict[str, type[Shape]] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Shape.registry[cls.__name__.lower()] = cls

    @abstractmethod
    def area(self) -> float: ...

    @abstractmethod
    def perimeter(self) -> float: ...

    def __lt__(self, other: Shape) -> bool:
        return self.area() < other.area()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shape) and math.isclose(self.area(), other.area())

    __hash__ = None

    def __format__(self, spec: str) -> str:
        return f"{self!r}: area {self.area():{spec or '.2f'}}, perimeter {self.perimeter():{spec or '.2f'}}"

class Circle(Shape):
    def __init__(self, radius: float):
        if radius < 0:
            raise ValueError("radius must not be negative")
        self.radius = radius

    def area(self): return math.pi * self.radius ** 2
    def perimeter(self): return 2 * math.pi * self.radius
    def __repr__(self): return f"Circle({self.radius})"

class Rectangle(Shape):
    def __init__(self, width: float, height: float):
        self.width, self.height = width, height

    def area(self): return self.width * self.height
    def perimeter(self): return 2 * (self.width + self.height)
    def __repr__(self): return f"{type(self).__name__}({self.width}, {self.height})"

class Square(Rectangle):
    def __init__(self, side: float):
        super().__init__(side, side)

    def __repr__(self): return f"Square({self.width})"

class Triangle(Shape):
    def __init__(self, *sides: float):
        a, b, c = sorted(sides)
        if a + b <= c:
            raise ValueError(f"{sides} is no triangle")
        self.sides = sides

    def area(self):
        s = sum(self.sides) / 2
        return math.sqrt(s * math.prod(s - x for x in self.sides))

    def perimeter(self): return sum(self.sides)
    def __repr__(self): return f"Triangle{self.sides}"

shapes = [Circle(1.5), Rectangle(3, 4), Square(2.5), Triangle(3, 4, 5), Circle(0), Triangle(2, 2, 3)]
for s in sorted(shapes):
    print(f"{s}")
print(f"{max(shapes):.4e}")
print(Square(2) == Rectangle(1, 4), Square(2) <= Circle(1), Square(2) != 4)
print(sorted(Shape.registry), isinstance(Square(1), Rectangle), issubclass(Circle, Rectangle))
print(Shape.registry["triangle"](6, 8, 10).area())
for make in (lambda: Shape(), lambda: Triangle(1, 2, 3), lambda: Circle(-1), lambda: {Square(1)}):
    try:
        make()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, "-", str(e)[:60])
