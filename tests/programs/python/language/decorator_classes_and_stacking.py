"""Decorators as classes, decorators of classes and methods, and the order of stacking."""
import functools

class CountCalls:
    def __init__(self, func):
        functools.update_wrapper(self, func)
        self.func = func
        self.count = 0

    def __call__(self, *args, **kwargs):
        self.count += 1
        return self.func(*args, **kwargs)

    def __get__(self, obj, objtype=None):
        # needed to make it work on methods
        return self if obj is None else functools.partial(self, obj)

def trace(label):
    print("make", label)

    def deco(f):
        print("apply", label, "to", f.__name__)

        @functools.wraps(f)
        def inner(*a):
            print("enter", label)
            r = f(*a)
            print("leave", label)
            return r
        return inner
    return deco

def singleton(cls):
    instances = {}

    @functools.wraps(cls, updated=())
    def get(*args, **kw):
        if cls not in instances:
            instances[cls] = cls(*args, **kw)
        return instances[cls]
    get.reset = instances.clear
    return get

def auto_repr(*names):
    def deco(cls):
        def __repr__(self):
            return f"{cls.__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in names)})"
        cls.__repr__ = __repr__
        return cls
    return deco

@trace("outer")
@trace("inner")
def hello(name):
    print("hello", name)
    return len(name)

@auto_repr("host", "port")
class Connection:
    def __init__(self, host, port=80):
        self.host, self.port = host, port

    @CountCalls
    def send(self, data):
        """Send data."""
        return f"{self.host} <- {data}"

@singleton
class Registry:
    def __init__(self, name):
        self.name = name

print(hello("you"))
a, b = Connection("a"), Connection("b", 8080)
print(a, b, a.send(1), b.send(2), a.send(data=3))
print(Connection.send.count, Connection.send.__doc__, Connection.send.__name__)
print(Registry("one") is Registry("two"), Registry("three").name, Registry.__name__)
Registry.reset()
print(Registry("four").name)

