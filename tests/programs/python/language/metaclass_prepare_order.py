"""__prepare__ lets a metaclass supply the namespace of the class body."""

class Tracker(dict):
    def __init__(self):
        super().__init__()
        self.events = []

    def __setitem__(self, key, value):
        if key in self and not key.startswith("__"):
            self.events.append(f"redefined {key}")
        else:
            self.events.append(f"set {key}")
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key.isupper():
            # unknown upper-case names get auto-numbered
            value = sum(1 for k in self if k.isupper())
            self[key] = value
            return value
        raise KeyError(key)

class AutoMeta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kwargs):
        print("prepare", name, [b.__name__ for b in bases], kwargs)
        return Tracker()

    def __new__(mcls, name, bases, ns, **kwargs):
        cls = super().__new__(mcls, name, bases, dict(ns))
        cls._events = [e for e in ns.events if "__" not in e]
        return cls

    def __init__(cls, name, bases, ns, **kwargs):
        print("init", name)
        super().__init__(name, bases, ns)

class Colors(metaclass=AutoMeta, flavour="rgb"):
    RED
    GREEN
    BLUE

    def describe(self):
        return "colors"

    def describe(self):
        return "colors, again"

print(Colors.RED, Colors.GREEN, Colors.BLUE)
for e in Colors._events:
    print("  ", e)
print(Colors().describe())

try:
    class Broken(metaclass=AutoMeta):
        lower_case_name
except NameError as exc:
    print("NameError:", exc)

# metaclass conflict
class OtherMeta(type):
    pass

class Other(metaclass=OtherMeta):
    pass

try:
    class Both(Colors, Other):
        pass
except TypeError as exc:
    print("TypeError:", exc)

# three-argument type()
Point = type("Point", (), {"x": 1, "y": 2, "__repr__": lambda s: f"<Point {s.x},{s.y}>"})
p = Point()
p.x = 10
print(p, Point.__name__, Point.__bases__)
