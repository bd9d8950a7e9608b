# Quantities with units checked through __class_getitem__: Quantity["m/s"](3)
from fractions import Fraction


class Quantity:
    _cache = {}
    unit = None

    def __class_getitem__(cls, unit):
        if cls.unit is not None:
            raise TypeError(f"{cls.__name__} already has a unit")
        if isinstance(unit, tuple):
            unit = "*".join(unit)
        if unit not in cls._cache:
            cls._cache[unit] = type(f"Quantity[{unit}]", (cls,), {"unit": unit, "dims": cls._parse(unit)})
        return cls._cache[unit]

    @staticmethod
    def _parse(text):
        dims = {}
        sign = 1
        for token in text.replace("*", " * ").replace("/", " / ").split():
            if token == "*":
                sign = 1
            elif token == "/":
                sign = -1
            else:
                name, _, power = token.partition("^")
                if name != "1":
                    dims[name] = dims.get(name, 0) + sign * int(power or 1)
        return {k: v for k, v in sorted(dims.items()) if v}

    @staticmethod
    def _unparse(dims):
        return "*".join(k if v == 1 else f"{k}^{v}" for k, v in sorted(dims.items()) if v) or "1"

    def __init__(self, value):
        if self.unit is None:
            raise TypeError("use Quantity[unit](value)")
        self.value = Fraction(value)

    def _combine(self, other, sign):
        dims = dict(self.dims)
        for k, v in other.dims.items():
            dims[k] = dims.get(k, 0) + sign * v
        return Quantity[self._unparse(dims)]

    def __add__(self, other):
        if self.dims != other.dims:
            raise TypeError(f"cannot add {self.unit} and {other.unit}")
        return type(self)(self.value + other.value)

    def __mul__(self, other):
        return self._combine(other, 1)(self.value * other.value)

    def __truediv__(self, other):
        return self._combine(other, -1)(self.value / other.value)

    def __str__(self):
        return f"{self.value} {self.unit}"


d = Quantity["m"](100)
t = Quantity["s"]("9.58")
v = d / t
print(d, t, v, sep=" | ")
print(float(v.value), type(v).__name__, v.dims)
print(v * t, v / v, v * v)
print(Quantity["kg", "m"](3) * Quantity["1/s^2"](2))
print(Quantity["m"] is Quantity["m"], Quantity["m/s"](1).dims == Quantity["m*s^-1"](1).dims)
for expr in ("d + t", "Quantity(3)", "Quantity['m']['s']", "d + Quantity['m']('1/3')"):
    try:
        print(expr, "=", eval(expr))
    except TypeError as e:
        print(expr, "-> TypeError:", e)
print(list[int], dict[str, tuple[int, ...]], type(list[int]).__name__, list[int].__args__)
