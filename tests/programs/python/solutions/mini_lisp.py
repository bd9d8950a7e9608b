"""A small Lisp: numbers, lists, lambda, define, if, let, quote, recursion and closures."""
import math
import operator as op
from functools import reduce


class Symbol(str):
    pass


class Env(dict):
    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values))
        self.outer = outer

    def find(self, name):
        env = self
        while env is not None:
            if name in env:
                return env
            env = env.outer
        raise NameError(f"unbound symbol {name}")


class Lambda:
    def __init__(self, params, body, env):
        self.params, self.body, self.env = params, body, env

    def __call__(self, *args):
        if len(args) != len(self.params):
            raise TypeError(f"expected {len(self.params)} arguments, got {len(args)}")
        return evaluate(self.body, Env(self.params, args, self.env))


def read(text):
    tokens = text.replace("(", " ( ").replace(")", " ) ").replace("'", " ' ").split()

    def form():
        if not tokens:
            raise SyntaxError("unexpected end of input")
        t = tokens.pop(0)
        if t == "(":
            out = []
            while tokens and tokens[0] != ")":
                out.append(form())
            if not tokens:
                raise SyntaxError("missing )")
            tokens.pop(0)
            return out
        if t == ")":
            raise SyntaxError("unexpected )")
        if t == "'":
            return [Symbol("quote"), form()]
        for kind in (int, float):
            try:
                return kind(t)
            except ValueError:
                pass
        return {"#t": True, "#f": False}.get(t, Symbol(t))

    while tokens:
        yield form()


def evaluate(x, env):
    while True:
        if isinstance(x, Symbol):
            return env.find(x)[x]
        if not isinstance(x, list):
            return x
        match x:
            case ["quote", datum]:
                return datum
            case ["if", test, yes, no]:
                x = yes if evaluate(test, env) is not False else no
            case ["define", [name, *params], body]:
                env[name] = Lambda(params, body, env)
                return None
            case ["define", name, value]:
                env[name] = evaluate(value, env)
                return None
            case ["set!", name, value]:
                env.find(name)[name] = evaluate(value, env)
                return None
            case ["lambda", params, body]:
                return Lambda(params, body, env)
            case ["let", bindings, body]:
                env = Env([n for n, _ in bindings], [evaluate(v, env) for _, v in bindings], env)
                x = body
            case ["begin", *forms]:
                for f in forms[:-1]:
                    evaluate(f, env)
                x = forms[-1]
            case _:
                f, *args = [evaluate(e, env) for e in x]
                if isinstance(f, Lambda) and len(args) == len(f.params):
                    x, env = f.body, Env(f.params, args, f.env)
                else:
                    return f(*args)


def show(v):
    if isinstance(v, bool):
        return "#t" if v else "#f"
    if isinstance(v, list):
        return "(" + " ".join(map(show, v)) + ")"
    return "<procedure>" if callable(v) else str(v)


GLOBAL = Env()
GLOBAL.update({
    "+": lambda *a: sum(a), "*": lambda *a: math.prod(a), "-": lambda *a: -a[0] if len(a) == 1 else reduce(op.sub, a),
    "/": op.truediv, "<": op.lt, "=": op.eq, "mod": op.mod, "list": lambda *a: list(a), "car": lambda l: l[0],
    "cdr": lambda l: l[1:], "cons": lambda a, l: [a] + l, "null?": lambda l: l == [], "not": lambda v: v is False})

PROGRAM = """
(define (fact n) (if (< n 2) 1 (* n (fact (- n 1))))) (fact 30)
(define (map f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l)))))
(map (lambda (x) (* x x)) '(1 2 3 4.5))
(define (loop n acc) (if (= n 0) acc (loop (- n 1) (+ acc n)))) (loop 20000 0)
(define (counter) (let ((n 0)) (lambda () (begin (set! n (+ n 1)) n))))
(define a (counter)) (define b (counter)) (a) (a) (list (a) (b))
'(quote (nested (list) x)) (let ((x 2) (y 3)) (/ x y)) (not (< 1 2)) map (- 5)
"""
for form in read(PROGRAM):
    result = evaluate(form, GLOBAL)
    if result is not None:
        print(show(form)[:50], "=>", show(result))
for bad in ("(undefined 1)", "(fact)", "(car '())", "(1 2)", "(+ 1", ")"):
    try:
        for form in read(bad):
            print(evaluate(form, GLOBAL))
    except Exception as e:
        print(bad, "=>", type(e).__name__ + ":", e)
