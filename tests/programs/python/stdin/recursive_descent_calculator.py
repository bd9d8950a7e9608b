"""A calculator with variables, functions and proper messages."""
from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|//|.))")
FUNCTIONS = {"sqrt": math.sqrt, "abs": abs, "max": max, "min": min, "floor": math.floor}


class CalcError(Exception):
    pass


@dataclass
class Token:
    kind: str
    text: str
    pos: int


def tokenize(text: str) -> list[Token]:
    tokens = []
    for m in TOKEN.finditer(text.rstrip()):
        kind = ("number", "name", "op")[m.lastindex - 1]
        tokens.append(Token(kind, m[m.lastindex], m.start(m.lastindex)))
    return tokens + [Token("end", "", len(text))]


class Parser:
    def __init__(self, text: str, env: dict[str, float]):
        self.tokens, self.i, self.env = tokenize(text), 0, env

    def peek(self) -> Token:
        return self.tokens[self.i]

    def accept(self, *texts: str) -> str | None:
        if self.peek().kind == "op" and self.peek().text in texts:
            self.i += 1
            return self.tokens[self.i - 1].text
        return None

    def expect(self, text: str) -> None:
        if not self.accept(text):
            t = self.peek()
            raise CalcError(f"expected {text!r} at column {t.pos + 1}, found {t.text or 'the end'!r}")

    def statement(self) -> float:
        if self.peek().kind == "name" and self.tokens[self.i + 1].text == "=":
            name = self.peek().text
            self.i += 2
            value = self.env[name] = self.expr()
        else:
            value = self.expr()
        if self.peek().kind != "end":
            raise CalcError(f"unexpected {self.peek().text!r} at column {self.peek().pos + 1}")
        return value

    def expr(self) -> float:
        value = self.term()
        while op := self.accept("+", "-"):
            right = self.term()
            value = value + right if op == "+" else value - right
        return value

    def term(self) -> float:
        value = self.unary()
        while op := self.accept("*", "/", "//", "%"):
            right = self.unary()
            if right == 0:
                raise CalcError("division by zero")
            value = {"*": lambda: value * right, "/": lambda: value / right,
                     "//": lambda: value // right, "%": lambda: value % right}[op]()
        return value

    def unary(self) -> float:
        if self.accept("-"):
            return -self.unary()
        base = self.atom()
        return base ** self.unary() if self.accept("**", "^") else base

    def atom(self) -> float:
        t = self.peek()
        self.i += 1
        if t.kind == "number":
            return float(t.text) if re.search(r"[.eE]", t.text) else int(t.text)
        if t.kind == "name":
            if self.accept("("):
                args = [self.expr()]
                while self.accept(","):
                    args.append(self.expr())
                self.expect(")")
                if t.text not in FUNCTIONS:
                    raise CalcError(f"no function {t.text}")
                return FUNCTIONS[t.text](*args)
            if t.text in self.env:
                return self.env[t.text]
            raise CalcError(f"no variable {t.text}")
        self.i -= 1
        self.expect("(")
        value = self.expr()
        self.expect(")")
        return value


env: dict[str, float] = {"pi": math.pi}
errors = 0
for line in sys.stdin:
    try:
        print(line.strip(), "=>", Parser(line, env).statement())
    except CalcError as e:
        errors += 1
        print(line.strip(), "!!", e)
    except (ValueError, TypeError) as e:
        errors += 1
        print(line.strip(), "!!", type(e).__name__)
print(sorted(env.items()))
sys.exit(errors)
