# closures: counters, late binding, shared cells, and what is in __closure__

def make_counter(start=0, step=1):
    value = start - step

    def count():
        nonlocal value
        value += step
        return value

    def reset(to=start):
        nonlocal value
        value = to - step

    return count, reset

c1, r1 = make_counter()
c2, _ = make_counter(100, -5)
print([c1() for _ in range(4)], [c2() for _ in range(4)])
r1()
print(c1(), c2())
r1(50)
print(c1(), c1())

late = [lambda: i for i in range(4)]
early = [lambda i=i: i for i in range(4)]
print([f() for f in late], [f() for f in early])

def power(n):
    return lambda x: x ** n

square, cube = power(2), power(3)
print(square(9), cube(3))
print(square.__closure__[0].cell_contents, square.__code__.co_freevars, square.__code__ is cube.__code__)
print(c1.__code__.co_freevars, [c.cell_contents for c in c1.__closure__])

def account(balance):
    def dispatch(msg, amount=0):
        nonlocal balance
        if msg == "withdraw":
            if amount > balance:
                return "insufficient funds"
            balance -= amount
        elif msg == "deposit":
            balance += amount
        elif msg != "show":
            return f"unknown request {msg}"
        return balance
    return dispatch

acc = account(100)
for req in [("withdraw", 30), ("deposit", 5), ("withdraw", 500), ("show",), ("close",)]:
    print(req, acc(*req))

def compose(*fs):
    def composed(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return composed

print(compose(str, square, len)("hello"), compose()("identity"))

def broken():
    total = 0
    def add(n):
        total += n
    add(1)

try:
    broken()
except UnboundLocalError as e:
    print("UnboundLocalError:", e)

