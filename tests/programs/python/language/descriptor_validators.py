"""Reusable validators written as data descriptors."""
from abc import ABC, abstractmethod

class Validator(ABC):
    def __set_name__(self, owner, name):
        self.private_name = "_" + name
        self.public_name = name

    def __get__(self, obj, objtype=None):
        if obj is None:
            return self
        return getattr(obj, self.private_name)

    def __set__(self, obj, value):
        self.validate(value)
        setattr(obj, self.private_name, value)

    @abstractmethod
    def validate(self, value):
        pass

class OneOf(Validator):
    def __init__(self, *options):
        self.options = options

    def validate(self, value):
        if value not in self.options:
            raise ValueError(f"Expected {self.public_name}={value!r} to be one of {self.options!r}")

class Number(Validator):
    def __init__(self, minvalue=None, maxvalue=None):
        self.minvalue = minvalue
        self.maxvalue = maxvalue

    def validate(self, value):
        if not isinstance(value, (int, float)):
            raise TypeError(f"Expected {value!r} to be an int or float")
        if self.minvalue is not None and value < self.minvalue:
            raise ValueError(f"Expected {value!r} to be at least {self.minvalue!r}")
        if self.maxvalue is not None and value > self.maxvalue:
            raise ValueError(f"Expected {value!r} to be no more than {self.maxvalue!r}")

class String(Validator):
    def __init__(self, minsize=None, maxsize=None):
        self.minsize = minsize
        self.maxsize = maxsize
    def validate(self, value):
        if not isinstance(value, str):
            raise TypeError(f"Expected {value!r} to be an str")
        if self.minsize is not None and len(value) < self.minsize:
            raise ValueError(f"Expected {value!r} to be no smaller than {self.minsize!r}")
        if self.maxsize is not None and len(value) > self.maxsize:
            raise ValueError(f"Expected {value!r} to be no bigger than {self.maxsize!r}")

class Component:
    name = String(minsize=3, maxsize=10)
    kind = OneOf("wood", "metal", "plastic")
    quantity = Number(minvalue=0)

    def __init__(self, name, kind, quantity):
        self.name = name
        self.kind = kind
        self.quantity = quantity

attempts = [
    ("WIDGET", "metle", 5),
    ("WIDGET", "metal", -5),
    ("WIDGET", "metal", "V"),
    ("WI", "metal", 1),
    ("WIDGETWIDGETWIDGET", "metal", 1),
    (b"WIDGET", "wood", 1),
    ("WIDGET", "metal", 5),
]
for args in attempts:
    try:
        c = Component(*args)
    except (ValueError, TypeError) as e:
        print(f"{type(e).__name__}: {e}")
    else:
        print("ok", vars(c))

print(type(Component.kind).__name__, Component.kind.options)
c.__dict__["quantity"] = "shadowed?"
print(c.quantity, sorted(c.__dict__))
