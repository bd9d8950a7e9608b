import sys


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def depth(n=1):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(sys.getrecursionlimit())
print(is_even(10), is_odd(7), is_even(701), is_odd(800))
try:
    is_even(100_000)
except RecursionError as e:
    print(type(e).__name__, "-", e)

reached = depth()
print("deep enough:", 900 < reached <= 1000)
print("same again:", depth() == reached)

print(ackermann(2, 3), ackermann(2, 60))
try:
    print(ackermann(3, 12))
except RecursionError:
    print("ackermann is too deep")

sys.setrecursionlimit(3000)
print(is_even(2500), depth() > 2500)
sys.setrecursionlimit(1000)
try:
    sys.setrecursionlimit(0)
except ValueError as e:
    print(e)
print(is_odd(501))
