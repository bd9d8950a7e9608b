"""Symbolic expressions: printing, evaluation, simplification and derivatives with visitors."""
from dataclasses import dataclass
from functools import singledispatchmethod


class Expr:
    def __add__(self, o): return Add(self, wrap(o))
    def __radd__(self, o): return Add(wrap(o), self)
    def __mul__(self, o): return Mul(self, wrap(o))
    def __rmul__(self, o): return Mul(wrap(o), self)
    def __pow__(self, n): return Pow(self, n)
    def __neg__(self): return Mul(Num(-1), self)
    def __sub__(self, o): return self + -wrap(o)


@dataclass(frozen=True)
class Num(Expr):
    value: int

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
    exponent: int


def wrap(x):
    return x if isinstance(x, Expr) else Num(x)


class Printer:
    LEVEL = {Add: 1, Mul: 2, Pow: 3, Num: 4, Var: 4}

    def visit(self, e, outer=0):
        text = getattr(self, "visit_" + type(e).__name__.lower())(e)
        return f"({text})" if self.LEVEL[type(e)] < outer else text

    def visit_num(self, e): return str(e.value)
    def visit_var(self, e): return e.name
    def visit_add(self, e): return f"{self.visit(e.left, 1)} + {self.visit(e.right, 1)}"
    def visit_mul(self, e): return f"{self.visit(e.left, 2)}*{self.visit(e.right, 2)}"
    def visit_pow(self, e): return f"{self.visit(e.base, 4)}^{e.exponent}"


class Evaluator:
    def __init__(self, **env):
        self.env = env

    @singledispatchmethod
    def visit(self, e):
        raise NotImplementedError(type(e).__name__)

    @visit.register
    def _(self, e: Num): return e.value
    @visit.register
    def _(self, e: Var): return self.env[e.name]
    @visit.register
    def _(self, e: Add): return self.visit(e.left) + self.visit(e.right)
    @visit.register
    def _(self, e: Mul): return self.visit(e.left) * self.visit(e.right)
    @visit.register
    def _(self, e: Pow): return self.visit(e.base) ** e.exponent


def derive(e, x):
    match e:
        case Num(): return Num(0)
        case Var(name): return Num(int(name == x))
        case Add(a, b): return derive(a, x) + derive(b, x)
        case Mul(a, b): return derive(a, x) * b + a * derive(b, x)
        case Pow(b, n): return n * b ** (n - 1) * derive(b, x)


def simplify(e):
    match e:
        case Add(a, b):
            match simplify(a), simplify(b):
                case Num(p), Num(q): return Num(p + q)
                case (Num(0), s) | (s, Num(0)): return s
                case s, t if s == t: return simplify(2 * s)
                case s, t: return s + t
        case Mul(a, b):
            match simplify(a), simplify(b):
                case Num(p), Num(q): return Num(p * q)
                case (Num(0), _) | (_, Num(0)): return Num(0)
                case (Num(1), s) | (s, Num(1)): return s
                case Num(p), Mul(Num(q), s): return Num(p * q) * s
                case s, Num() as n: return n * s
                case s, t: return s * t
        case Pow(b, n):
            b = simplify(b)
            return Num(1) if n == 0 else b if n == 1 else b ** n
    return e


x, y = Var("x"), Var("y")
for e in (3 * x ** 2 + 2 * x * y - 7, (x + 1) ** 3, x * (y + 0) * 1, -(x + y) * (x + y), x + x, Num(6) * 7 + 0 * y):
    d = derive(e, "x")
    print(f"f = {Printer().visit(e)}")
    print(f"  simple {Printer().visit(simplify(e))}")
    print(f"  f' = {Printer().visit(simplify(d))}")
    before, after = Evaluator(x=3, y=5).visit(d), Evaluator(x=3, y=5).visit(simplify(d))
    assert before == after
    print("  at (3, 5):", Evaluator(x=3, y=5).visit(e), after)
print(repr(simplify(x * 0 + y)), hash(x + y) == hash(Var("x") + Var("y")))
try:
    Evaluator().visit("text")
except NotImplementedError as err:
    print("NotImplementedError", err)
