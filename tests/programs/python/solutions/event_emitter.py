from collections import defaultdict
from contextlib import contextmanager

class Emitter:
    def __init__(self):
        self._handlers = defaultdict(list)
        self.log = []

    def on(self, event, handler=None, *, once=False):
        if handler is None:                      # used as a decorator
            return lambda f: self.on(event, f, once=once)
        self._handlers[event].append((handler, once))
        return handler

    def off(self, event, handler):
        self._handlers[event] = [(h, o) for h, o in self._handlers[event] if h is not handler]

    def emit(self, event, *args, **kwargs):
        self.log.append(event)
        results = []
        names = [event] + [p for p in self._handlers if p.endswith(".*") and event.startswith(p[:-1])]
        for name in names:
            for h, once in list(self._handlers[name]):
                if once:
                    self.off(name, h)
                try:
                    results.append(h(*args, **kwargs))
                except Exception as e:
                    if event == "error":
                        raise
                    self.emit("error", e, event)
        return results

    @contextmanager
    def listening(self, event, handler):
        self.on(event, handler)
        try:
            yield self
        finally:
            self.off(event, handler)

bus = Emitter()

@bus.on("user.login")
def greet(name): return f"hello {name}"

@bus.on("user.login", once=True)
def first(name): return f"{name} is the first"

@bus.on("user.*")
def audit(name, **extra): return ("audit", name, extra)

@bus.on("error")
def report(exc, event): print(f"  error in {event}: {exc!r}")

print(bus.emit("user.login", "ann"))
print(bus.emit("user.login", "bob"))
print(bus.emit("user.logout", "bob", after=30))
print(bus.emit("nothing"))
bus.on("divide", lambda a, b: a / b)
bus.on("divide", lambda a, b: a // b)
print(bus.emit("divide", 7, 2), bus.emit("divide", 1, 0))
with bus.listening("tick", lambda n: n * n):
    print([bus.emit("tick", n) for n in range(4)])
print(bus.emit("tick", 5))

# a handler which starts further events
@bus.on("countdown")
def down(n):
    return [n] + (bus.emit("countdown", n - 1)[0] if n else [])
print(bus.emit("countdown", 5))
bus.off("error", report)
bus.on("error", lambda e, name: 1 / 0)
try:
    bus.emit("divide", 1, 0)
except ZeroDivisionError as e:
    print("not caught:", e, "| context:", repr(e.__context__))
print(len(bus.log), bus.log[-4:])
