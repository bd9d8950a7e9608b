from functools import cached_property


class lazy:
    """Non-data descriptor: computes once, then the instance dict wins."""

    def __init__(self, func):
        self.func = func
        self.__doc__ = func.__doc__

    def __set_name__(self, owner, name):
        print(f"set_name {owner.__name__}.{name}")
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        print(f"  computing {self.name}")
        value = instance.__dict__[self.name] = self.func(instance)
        return value


class Dataset:
    def __init__(self, values):
        self.values = list(values)

    @lazy
    def mean(self):
        "Arithmetic mean."
        return sum(self.values) / len(self.values)

    @lazy
    def variance(self):
        return sum((v - self.mean) ** 2 for v in self.values) / len(self.values)

    @cached_property
    def sorted_values(self):
        print("  sorting")
        return sorted(self.values)


d = Dataset([2, 4, 4, 4, 5, 5, 7, 9])
print(d.variance)
print(d.variance, d.mean)
print(d.sorted_values, d.sorted_values)
print(list(d.__dict__))
del d.mean
print(d.mean)
print(Dataset.mean.__doc__)

# functions are descriptors too
class Greeter:
    def hello(self, name):
        return f"hello {name}"

g = Greeter()
f = Greeter.__dict__["hello"]
print(type(f).__name__, type(f.__get__(g, Greeter)).__name__, type(f.__get__(None, Greeter)).__name__)
print(f.__get__(g)("world"), Greeter.hello(g, "again"))
print(g.hello.__self__ is g, g.hello.__func__ is f, g.hello == g.hello, g.hello is g.hello)
