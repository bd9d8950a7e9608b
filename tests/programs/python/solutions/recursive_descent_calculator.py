"""A calculator with variables and functions.

    statement := name '=' expr | expr
    expr      := term (('+' | '-') term)*
    term      := unary (('*' | '/' | '//' | '%') unary)*
    unary     := ('+' | '-') unary | power
    power     := atom ('^' unary)?
    atom      := number | name | name '(' args ')' | '(' expr ')'
"""
import math
import re
import sys
from typing import NamedTuple


class Token(NamedTuple):
    kind: str
    text: str
    pos: int


TOKEN = re.compile(r"\s*(?:(?P<num>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<op>//|[-+*/%^()=,]))")


def tokenize(text):
    pos = 0
    text = text.rstrip()
    while pos < len(text):
        m = TOKEN.match(text, pos)
        if not m:
            raise SyntaxError(f"unexpected {text[pos:].strip()[0]!r} at {pos}")
        yield Token(m.lastgroup, m[m.lastgroup], m.start(m.lastgroup))
        pos = m.end()
    yield Token("end", "", pos)


class Calculator:
    functions = {"sqrt": math.sqrt, "max": max, "min": min, "abs": abs, "floor": math.floor,
                 "hypot": math.hypot, "fact": math.factorial}

    def __init__(self):
        self.vars = {"pi": math.pi}

    def run(self, line):
        self.tokens = list(tokenize(line))
        self.i = 0
        if self.tokens[0].kind == "name" and self.tokens[1].text == "=":
            name = self.tokens[0].text
            self.i = 2
            value = self.vars[name] = self.expr()
        else:
            value = self.vars["_"] = self.expr()
        if self.peek.kind != "end":
            raise SyntaxError(f"unexpected {self.peek.text!r} at {self.peek.pos}")
        return value

    @property
    def peek(self):
        return self.tokens[self.i]

    def accept(self, *texts):
        if self.peek.kind == "op" and self.peek.text in texts:
            self.i += 1
            return self.tokens[self.i - 1].text

    def expect(self, text):
        if not self.accept(text):
            raise SyntaxError(f"expected {text!r} at {self.peek.pos}")

    def expr(self):
        value = self.term()
        while op := self.accept("+", "-"):
            right = self.term()
            value = value + right if op == "+" else value - right
        return value

    def term(self):
        value = self.unary()
        while op := self.accept("*", "/", "//", "%"):
            right = self.unary()
            value = {"*": lambda: value * right, "/": lambda: value / right,
                     "//": lambda: value // right, "%": lambda: value % right}[op]()
        return value

    def unary(self):
        if self.accept("-"):
            return -self.unary()
        if self.accept("+"):
            return self.unary()
        value = self.atom()
        return value ** self.unary() if self.accept("^") else value

    def atom(self):
        tok = self.peek
        self.i += 1
        if tok.kind == "num":
            return float(tok.text) if re.search("[.eE]", tok.text) else int(tok.text)
        if tok.kind == "name":
            if self.accept("("):
                args = []
                while not self.accept(")"):
                    if args:
                        self.expect(",")
                    args.append(self.expr())
                return self.functions[tok.text](*args)
            return self.vars[tok.text]
        if tok.text == "(":
            value = self.expr()
            self.expect(")")
            return value
        raise SyntaxError(f"unexpected {tok.text or 'end'!r} at {tok.pos}")


calc = Calculator()
for line in map(str.strip, sys.stdin):
    if not line or line.startswith("#"):
        continue
    try:
        print(line, "->", calc.run(line))
    except SyntaxError as e:
        print(line, "-> syntax:", e)
    except KeyError as e:
        print(line, "-> unknown name", e)
    except (ArithmeticError, ValueError, TypeError) as e:
        print(line, f"-> {type(e).__name__}")
