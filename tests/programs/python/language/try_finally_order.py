def a():
    try:
        return "try"
    finally:
        print("a finally")

def b():
    try:
        return "try"
    finally:
        return "finally wins"

def c():
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            print("body", i)
        except Exception:
            print("never")
        else:
            print("else", i)
        finally:
            print("finally", i)
    else:
        print("loop else")
    return i

def e():
    x = [1]
    try:
        return x
    finally:
        x.append(2)

def f():
    try:
        raise ValueError("lost")
    finally:
        return "exception swallowed"

def g():
    while True:
        try:
            1/0
        except ZeroDivisionError as err:
            msg = str(err)
            break
        finally:
            print("g finally")
    try:
        err
    except UnboundLocalError:
        return msg + ", err is unbound"

def h(n):
    try:
        if n == 0: raise KeyError("h")
        return h(n-1)
    except KeyError:
        if n < 2: raise
        return f"handled at {n}"
    finally:
        print("unwind", n)

def gen():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("gen exit")
        raise
    finally:
        print("gen finally")

for fn in (a, b, c, e, f, g, lambda: h(3)):
    print(fn.__name__, "->", fn())
it = gen()
print(next(it))
del it
for x in range(3):
    pass
else:
    print("no break", x)
