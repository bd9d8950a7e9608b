from __future__ import annotations
import re
from collections import Counter
from dataclasses import dataclass
from typing import Iterator

KEYWORDS = frozenset("let fn if else while return true false".split())

SPEC = [
    ("COMMENT", r"//[^\n]*|/\*.*?\*/"),
    ("FLOAT", r"\d+\.\d+(?:e[+-]?\d+)?"),
    ("INT", r"0x[0-9a-f]+|\d+"),
    ("STRING", r'"(?:\\.|[^"\\\n])*"'),
    ("IDENT", r"[^\W\d]\w*"),
    ("OP", r"->|[=!<>]=|&&|\|\||[-+*/%=<>!]"),
    ("PUNCT", r"[(){}\[\],;:.]"),
    ("NEWLINE", r"\n"),
    ("SKIP", r"[ \t]+"),
    ("ERROR", r"."),
]
MASTER = re.compile("|".join(f"(?P<{n}>{p})" for n, p in SPEC), re.DOTALL)

@dataclass(frozen=True, slots=True)
class Token:
    type: str
    value: object
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column:<3} {self.type:<8} {self.value!r}"

def tokenize(code: str) -> Iterator[Token]:
    line, line_start = 1, 0
    for m in MASTER.finditer(code):
        kind, text = m.lastgroup, m.group()
        column = m.start() - line_start + 1
        value: object = text
        match kind:
            case "NEWLINE":
                line, line_start = line + 1, m.end()
                continue
            case "COMMENT":
                if n := text.count("\n"):
                    line += n
                    line_start = m.start() + text.rindex("\n") + 1
                continue
            case "SKIP":
                continue
            case "INT":
                value = int(text, 0)
            case "FLOAT":
                value = float(text)
            case "STRING":
                value = text[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape")
            case "IDENT" if text in KEYWORDS:
                kind = text.upper()
            case "ERROR":
                raise SyntaxError(f"line {line}, column {column}: stray {text!r}")
        yield Token(kind, value, line, column)

CODE = r'''// area of a circle
fn area(r: float) -> float {
    let π = 3.14159; /* near
    enough */ let mask = 0xff;
    if r <= 0.0 && !false { return -1; }
    return π * r * r + 1.5e-3;
}
print("r\t= \"two\"\n", area(2.0));
'''

tokens = list(tokenize(CODE))
for t in tokens:
    print(t)
print(Counter(t.type for t in tokens).most_common(5))
for bad in ("let a = 5 # 3", 'x = "not closed', "ok\n  @"):
    try:
        print(len(list(tokenize(bad))))
    except SyntaxError as e:
        print("SyntaxError:", e.msg)
