from abc import ABC, abstractmethod
import math

class Shape(ABC):
    """Abstract base class for all shapes."""

    @abstractmethod
    def area(self) -> float: ...

    @abstractmethod
    def perimeter(self) -> float: ...

    @property
    @abstractmethod
    def name(self) -> str: ...

    def describe(self) -> str:
        return f"{self.name:<10} area={self.area():8.3f} perimeter={self.perimeter():8.3f}"

class Circle(Shape):
    name = "circle"

    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r ** 2

    def perimeter(self):
        return 2 * math.pi * self.r

class Rectangle(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    @property
    def name(self):
        return "square" if self.w == self.h else "rectangle"

    def area(self):
        return self.w * self.h

    def perimeter(self):
        return 2 * (self.w + self.h)

class Triangle(Shape):
    name = "triangle"

    def __init__(self, a, b, c):
        self.sides = a, b, c

    def perimeter(self):
        return sum(self.sides)

    def area(self):
        # Heron's formula
        s = self.perimeter() / 2
        a, b, c = self.sides
        return math.sqrt(s * (s - a) * (s - b) * (s - c))

class Blob(Shape):
    def area(self):
        return 0.0

shapes = [Circle(1.5), Rectangle(3, 4), Rectangle(2, 2), Triangle(3, 4, 5)]
for s in sorted(shapes, key=lambda s: s.area(), reverse=True):
    print(s.describe())
print(f"total area: {sum(s.area() for s in shapes):.6f}")

for cls in (Shape, Blob):
    try:
        cls()
    except TypeError as exc:
        print("TypeError:", exc)

print(sorted(Shape.__abstractmethods__))
print(sorted(Blob.__abstractmethods__))
