"""Symbolic algebra with structural pattern matching."""
from __future__ import annotations
from dataclasses import dataclass

class Expr:
    def __add__(self, o): return Add(self, wrap(o))
    def __radd__(self, o): return Add(wrap(o), self)
    def __mul__(self, o): return Mul(self, wrap(o))
    def __rmul__(self, o): return Mul(wrap(o), self)
    def __pow__(self, o): return Pow(self, wrap(o))
    def __sub__(self, o): return Add(self, Mul(Num(-1), wrap(o)))

@dataclass(frozen=True)
class Num(Expr):
    value: int | float

@dataclass(frozen=True)
class Var(Expr):
    name: str

@dataclass(frozen=True)
class Add(Expr):
    left: Expr
    right: Expr

@dataclass(frozen=True)
class Mul(Expr):
    left: Expr
    right: Expr

@dataclass(frozen=True)
class Pow(Expr):
    base: Expr
    exp: Expr

def wrap(x):
    return x if isinstance(x, Expr) else Num(x)

def simplify(e):
    match e:
        case Add(l, r):
            l, r = simplify(l), simplify(r)
            match l, r:
                case Num(a), Num(b): return Num(a + b)
                case (Num(0), x) | (x, Num(0)): return x
                case x, Num() as n: return Add(n, x)
                case Num(a), Add(Num(b), x): return simplify(Add(Num(a + b), x))
                case x, y if x == y: return simplify(Mul(Num(2), x))
                case _: return Add(l, r)
        case Mul(l, r):
            l, r = simplify(l), simplify(r)
            match l, r:
                case Num(a), Num(b): return Num(a * b)
                case (Num(0), _) | (_, Num(0)): return Num(0)
                case (Num(1), x) | (x, Num(1)): return x
                case x, Num() as n: return simplify(Mul(n, x))
                case Num(a), Mul(Num(b), x): return Mul(Num(a * b), x)
                case (Var(v), Var(w)) if v == w: return Pow(Var(v), Num(2))
                case _: return Mul(l, r)
        case Pow(b, Num(0)): return Num(1)
        case Pow(b, Num(1)): return simplify(b)
        case Pow(b, x): return Pow(simplify(b), simplify(x))
    return e

def diff(e, var):
    match e:
        case Num(): return Num(0)
        case Var(name): return Num(int(name == var))
        case Add(l, r): return diff(l, var) + diff(r, var)
        case Mul(l, r): return diff(l, var) * r + l * diff(r, var)
        case Pow(b, Num(n)): return Num(n) * Pow(b, Num(n - 1)) * diff(b, var)
        case _: raise NotImplementedError(show(e))

def show(e, outer=0):
    match e:
        case Num(v) if v < 0: return f"({v})"
        case Num(v): return str(v)
        case Var(n): return n
        case Add(l, r): text, prec = f"{show(l, 1)} + {show(r, 1)}", 1
        case Mul(l, r): text, prec = f"{show(l, 2)}*{show(r, 2)}", 2
        case Pow(b, x): text, prec = f"{show(b, 3)}^{show(x, 3)}", 3
    return f"({text})" if prec < outer else text

x, y = Var("x"), Var("y")
for e in (x + 0, 2 * x * 3, x * x + y * 0, (x + 1) ** 2 - 3 * x, (x + 2) + 3, 5 * x ** 3 + x * y, x + x, x ** 0 + x ** 1):
    s, d = simplify(e), simplify(diff(e, "x"))
    print(f"{show(e):<28}= {show(s):<24}d/dx = {show(d):<36}")
