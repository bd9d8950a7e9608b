import math
from array import array
import operator

class Vector:
    """Multi-dimensional vector with most of the special methods."""
    typecode = 'd'

    def __init__(self, components):
        self._components = array(self.typecode, components)

    def __iter__(self):
        return iter(self._components)

    def __repr__(self):
        inner = ', '.join(f'{c:g}' for c in self)
        return f'Vector([{inner}])'

    def __eq__(self, other):
        if isinstance(other, Vector):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other))
        return NotImplemented

    def __abs__(self):
        return math.hypot(*self)

    def __bool__(self):
        return bool(abs(self))

    def __len__(self):
        return len(self._components)

    def __getitem__(self, key):
        if isinstance(key, slice):
            return type(self)(self._components[key])
        return self._components[operator.index(key)]

    __match_args__ = ('x', 'y', 'z', 't')

    def __getattr__(self, name):
        cls = type(self)
        try:
            pos = cls.__match_args__.index(name)
        except ValueError:
            pos = -1
        if 0 <= pos < len(self._components):
            return self._components[pos]
        raise AttributeError(f'{cls.__name__!r} object has no attribute {name!r}')

    def __add__(self, other):
        try:
            return Vector(a + b for a, b in zip(self, other, strict=True))
        except TypeError:
            return NotImplemented

    __radd__ = __add__

    def __mul__(self, scalar):
        try:
            factor = float(scalar)
        except TypeError:
            return NotImplemented
        return Vector(n * factor for n in self)

    def __rmul__(self, scalar):
        return self * scalar

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self, other))

v = Vector([3, 4])
w = Vector(range(1, 6))
print(v, repr(w), abs(v), bool(v), bool(Vector([0, 0])))
print(v + [1, 1], (10, 20) + v, v * 3, 2.5 * v, v @ Vector([1, 2]))
print(w[1:4], w[-1], w.x, w.t, len(w))
for bad in (lambda: w.k, lambda: w['a'], lambda: v + 1, lambda: v * 'x', lambda: v + w):
    try:
        print(bad())
    except (AttributeError, TypeError, ValueError) as e:
        print(type(e).__name__, '-', e)
print(v == Vector([3.0, 4.0]), v == (3, 4), v != w)
match Vector([7, 8]):
    case Vector(x, y):
        print('matched', x, y)
