class Celsius(float):
    def __new__(cls, text):
        if isinstance(text, str) and text.endswith("F"):
            return super().__new__(cls, (float(text[:-1]) - 32) / 1.8)
        return super().__new__(cls, text)

    def __repr__(self):
        return f"{float(self):.1f}°C"

    def __add__(self, other):
        return Celsius(float(self) + other)


class Path(str):
    def __truediv__(self, other):
        return Path(f"{self.rstrip('/')}/{other}")


class Interval(tuple):
    __slots__ = ()

    def __new__(cls, a, b):
        return super().__new__(cls, sorted((a, b)))

    def __contains__(self, x):
        return self[0] <= x <= self[1]


class OneOnly:
    def __new__(cls, *args):
        print("new", args)
        return 42 if args == ("answer",) else super().__new__(cls)

    def __init__(self, *args):
        print("init", args)


print(Celsius("212F"), Celsius(20) + 1.5, Celsius(3) * 2, sorted([Celsius(9), Celsius("0F")]))
p = Path("root/") / "a" / "b.txt"
print(p, type(p).__name__, type(p.upper()).__name__, type(p + "x").__name__)
iv = Interval(9, 2)
print(iv, 5 in iv, 10 in iv, len(iv), iv == (2, 9), hash(iv) == hash((2, 9)))
print(OneOnly("answer"), type(OneOnly(1)).__name__)
