# Numerical integration: left, mid, right, trapezium, Simpson, Gauss-Legendre, Romberg
from math import exp, log, pi, sin, sqrt

def left_rect(f, x, h):   return f(x)
def mid_rect(f, x, h):    return f(x + h/2)
def right_rect(f, x, h):  return f(x + h)
def trapezium(f, x, h):   return (f(x) + f(x + h)) / 2.0
def simpson(f, x, h):     return (f(x) + 4*f(x + h/2) + f(x + h)) / 6.0

def gauss3(f, x, h):
    m, r = x + h/2, h/2 * sqrt(3/5)
    return (5*f(m - r) + 8*f(m) + 5*f(m + r)) / 18

def integrate(f, a, b, steps, meth):
    h = (b - a) / steps
    return h * sum(meth(f, a + i*h, h) for i in range(steps))

def romberg(f, a, b, levels=10):
    rows = [[(b - a) * (f(a) + f(b)) / 2]]
    for n in range(1, levels):
        h = (b - a) / 2**n
        t = rows[-1][0] / 2 + h * sum(f(a + (2*k - 1) * h) for k in range(1, 2**(n-1) + 1))
        row = [t]
        for k in range(1, n + 1):
            row.append(row[k-1] + (row[k-1] - rows[-1][k-1]) / (4**k - 1))
        rows.append(row)
    return rows[-1][-1]

def cube(x): return x*x*x
def reciprocal(x): return 1/x

tasks = [
    ("x^3", cube, 0, 1, 100, 0.25),
    ("1/x", reciprocal, 1, 100, 1000, log(100)),
    ("sin x", sin, 0, pi, 50, 2.0),
    ("exp(-x^2)", lambda x: exp(-x*x), -5, 5, 200, sqrt(pi)),
]
methods = [left_rect, mid_rect, right_rect, trapezium, simpson, gauss3]

for name, f, a, b, steps, exact in tasks:
    print(f"\n{name} from {a} to {b:.4g} in {steps} steps, exact {exact:.8f}")
    for meth in methods:
        got = integrate(f, a, b, steps, meth)
        print(f"  {meth.__name__:<12} {got:14.8f}  error {abs(got - exact):.0e}"
              if abs(got - exact) > 1e-9 else f"  {meth.__name__:<12} {got:14.8f}  exact enough")
    print(f"  {'romberg':<12} {romberg(f, a, b):14.5f}")
