"""A logging proxy built with __getattr__, __getattribute__, __setattr__ and __delattr__."""

class LoggingProxy:
    def __init__(self, target, log):
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_log", log)

    def __getattr__(self, name):
        self._log.append(f"get {name}")
        attr = getattr(self._target, name)
        if not callable(attr):
            return attr

        def wrapper(*args, **kwargs):
            shown = [repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()]
            self._log.append(f"call {name}({', '.join(shown)})")
            return attr(*args, **kwargs)

        return wrapper

    def __setattr__(self, name, value):
        self._log.append(f"set {name} = {value!r}")
        setattr(self._target, name, value)

    def __dir__(self):
        return sorted(n for n in dir(self._target) if not n.startswith("_"))

    # special methods are looked up on the type, so they must be forwarded by hand
    def __len__(self):
        return len(self._target)

    def __getitem__(self, key):
        self._log.append(f"item {key!r}")
        return self._target[key]

class Stack:
    def __init__(self):
        self.items = []
        self.name = "unnamed"

    def push(self, *values, front=False):
        for v in values:
            self.items.insert(0, v) if front else self.items.append(v)

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]

log = []
s = LoggingProxy(Stack(), log)
s.push(1, 2, 3)
s.push(0, front=True)
print(s.pop(), len(s), s[0], s.items)
s.name = "numbers"
print(s.name, dir(s))
print(list(s))
print(*log, sep="\n")

class Strict:
    allowed = {"x"}

    def __getattribute__(self, name):
        if not name.startswith("_") and name not in type(self).allowed:
            raise AttributeError(f"access to {name!r} is not allowed")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        return f"fallback for {name}"

t = Strict()
t.x = 5
print(t.x, t.allowed, t.zebra)
