import enum
import stat
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W
    NONE = 0


p = Perm.R | Perm.X
print(p, repr(p), p.value, Perm.W in p, ~p, p ^ Perm.RW, list(Perm.RW), bool(Perm.NONE), Perm(6), len(Perm), Perm["RW"] is Perm.RW)
print([m.name for m in Perm], list(Perm.__members__))
try:
    Perm(64)
except ValueError as e:
    print("ValueError", str(e).splitlines()[0])


@enum.verify(enum.CONTINUOUS, enum.UNIQUE)
class Weekday(IntEnum):
    MON = 1
    TUE = 2
    WED = 3

    @classmethod
    def parse(cls, text):
        return cls[text[:3].upper()]

    @property
    def tomorrow(self):
        return Weekday(self % 3 + 1)


print(Weekday.parse("tuesday"), repr(Weekday.WED.tomorrow), Weekday.MON + 1, Weekday.MON < Weekday.TUE, f"{Weekday.TUE:>4}", sorted(Weekday, reverse=True))


class Planet(Enum):
    EARTH = (5.976e24, 6.37814e6)
    MARS = (6.421e23, 3.3972e6)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def gravity(self):
        return 6.67300e-11 * self.mass / (self.radius * self.radius)


for planet in Planet:
    print(planet.name, f"{planet.gravity:.4f}", planet)


class Color(StrEnum):
    RED = auto()
    DARK_BLUE = auto()
    ALIAS = "red"

    @classmethod
    def _missing_(cls, value):
        return next((m for m in cls if m.value == str(value).lower()), None)


print(Color.RED, Color("DARK_BLUE"), Color.ALIAS is Color.RED, Color.RED == "red", "x" + Color.RED, {Color.RED: 1}["red"])
for bad in (lambda: Color("green"), lambda: Color["GREEN"], lambda: setattr(Color, "RED", 1), lambda: unique(Enum("D", {"A": 1, "B": 1}))):
    try:
        bad()
    except (ValueError, KeyError, AttributeError) as e:
        print(type(e).__name__, e)
Animal = Enum("Animal", "CAT DOG", start=10)
print(list(Animal), Animal.CAT == 10, enum.nonmember(3).value, IntFlag("F", "A B").A | 8)

for mode in (0o100644, 0o40755, 0o120777, 0o104751, 0o41777, 0o20620, 0o60660):
    kind = [n for n in ("DIR", "REG", "LNK", "CHR", "BLK") if getattr(stat, "S_IS" + n)(mode)]
    print(stat.filemode(mode), oct(stat.S_IMODE(mode)), oct(stat.S_IFMT(mode)), kind, bool(mode & stat.S_IXUSR))
