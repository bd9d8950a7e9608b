from enum import Flag, IntFlag, auto, CONFORM, KEEP, STRICT


class Perm(Flag):
    READ = auto()
    WRITE = auto()
    EXECUTE = auto()
    RW = READ | WRITE
    ALL = RW | EXECUTE


def rwx(p: Perm) -> str:
    return "".join(c if f in p else "-" for c, f in zip("rwx", Perm))


for n in range(8):
    p = Perm(n)
    print(n, rwx(p), repr(p), bool(p), len(p))

p = Perm.READ | Perm.EXECUTE
print(p, list(p), p.value)
print(~p, p ^ Perm.ALL, p & Perm.RW)
p |= Perm.WRITE
print(p is Perm.ALL, Perm.RW in p, p.name)

try:
    Perm(64)
except ValueError as e:
    print(str(e).splitlines()[0])


class Weekday(Flag, boundary=CONFORM):
    MON = 1
    TUE = 2
    WED = 4


class Loose(IntFlag, boundary=KEEP):
    A = 1
    B = 2


print(Weekday(255), Loose(9), Loose(9) + 1, Loose.A | 16)
print([d.name for d in Weekday(5)])


class Style(IntFlag):
    BOLD = 0x1
    ITALIC = 0x2
    UNDERLINE = 0x4


print(Style.BOLD | Style.ITALIC, repr(Style.BOLD | Style.ITALIC), f"{Style.UNDERLINE:#06x}")
styles = {"title": Style.BOLD | Style.UNDERLINE, "note": Style.ITALIC, "plain": Style(0)}
for name, style in styles.items():
    marks = [s.name.lower() for s in Style if s & style]
    print(f"{name:>6}: {', '.join(marks) or 'none'}")
