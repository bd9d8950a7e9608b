def worker(log):
    try:
        log.append("start")
        while True:
            try:
                got = yield len(log)
                log.append(f"got {got!r}")
            except ValueError as e:
                log.append(f"handled {e}")
    except GeneratorExit:
        log.append("closing")
        raise
    finally:
        log.append("cleanup")

log = []
w = worker(log)
print(next(w), w.send("x"), w.throw(ValueError("bad")), w.send(None))
w.close()
w.close()
print(log)

try:
    w.send(1)
except StopIteration:
    print("exhausted")

# an unhandled exception passes through and finishes the generator
log2 = []
w = worker(log2)
next(w)
try:
    w.throw(KeyError("k"))
except KeyError as e:
    print("KeyError", e, log2)
print(list(w))

def stubborn():
    try:
        yield "still here"
    except GeneratorExit:
        print("ignoring close")
        yield "again"

s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print("RuntimeError:", e)
print(next(s, 'nothing left'))

def leaky():
    yield 1
    raise StopIteration("oops")

try:
    for x in leaky():
        print(x)
except RuntimeError as e:
    print("RuntimeError:", e, "| cause", repr(e.__cause__))

def inner():
    try:
        yield 1
        yield 2
    finally:
        print("inner finally")

def outer():
    try:
        yield from inner()
    except LookupError as e:
        print("outer caught", repr(e))
        yield "recovered"
    finally:
        print("outer finally")

o = outer()
print(next(o), o.throw(IndexError("deep")))
print(list(o))

for v in outer():
    print(v)
    break
print("end of loop")

