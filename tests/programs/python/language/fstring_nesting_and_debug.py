"""f-strings after PEP 701: nested quotes, comments, multi-line expressions, the = specifier."""
from dataclasses import dataclass


@dataclass
class User:
    name: str
    langs: list


users = [User("Ann", ["Python", "C"]), User("Bø", []), User("O'Neil", ['"Lisp"'])]

for u in users:
    print(f"{u.name}: {", ".join(f"<{lang}>" for lang in u.langs) or "none"}")

x, y, name = 10, 3, "world"
print(f"{x=} {y = } {x+y=} {x / y = :.3f} {name=} {name=!s} {name = !r:>10}")
print(f"{x!r:>5}{'|'}{name!a}{'é'!a}{name!s:^11}|")
print(f"{{literal}} {{{x}}} {{{{{x}}}}} {'{'}{'}'}")
print(f"{f"{f"{f"{1 + 1}"}"}"}")
print(f"{'nested ' + f'{x:{f'{'>'}{y * 2}'}}'}|")
print(f"{
    sum(          # a comment inside
        i * i
        for i in range(5)
    )
} is the sum, {'a\nb'.splitlines()}")
print(f"""{
    "\n".join(f"{i:>2}: {u.name}" for i, u in enumerate(users))
}
-- end --""")
print(rf"\n is not a newline: {x}\t", fr'{"raw"}\d+', f'tab:\t{x}', f"\N{GREEK SMALL LETTER ALPHA} \x41 \u00e9")
print(f"{(lambda v: v * 2)(21)} {(z := 5)} {z} {x if x > 5 else y} {[*range(3)]} {dict(a=1)["a"]} { {1, } }")
print(f"{x:{'0'}{'>'}{'8'}b}", f"{3.14159:{y}.{y}}", f"{'':*>10}")
print("implicit " f"{x} " "concat " f'{y}' " {x}")
print(f"{x!r}" == repr(x), f"{''}" == "", f"{None}", f"{...}", f"{int}")


class Temp:
    def __init__(self, c): self.c = c
    def __format__(self, spec): return f"<spec {spec!r}>" if spec else f"{self.c}C"
    def __repr__(self): return f"Temp({self.c})"
    def __str__(self): return "temp"


t = Temp(20)
print(f"{t} {t!s} {t!r} {t:F} {t:any text: even {x} colons} {t=} {t=:q} {t!s:>6}")

# evaluation order
log = []
def ev(v):
    log.append(v)
    return v
print(f"{ev('a')}{ev('b'):{ev(5)}}{ev('c')!r}", log)

for src in ('f"{}"', 'f"{x"', 'f"}"', 'f"{x!z}"', 'f"{x:{y:{z:{w}}}}"', 'f"{lambda: 1}"', 'f"{*x}"', "f'{a b}'", 'f"{x:{"'):
    try:
        compile(src, "<f>", "eval")
        print(src, "compiles")
    except SyntaxError as e:
        print(src, "->", e.msg)
