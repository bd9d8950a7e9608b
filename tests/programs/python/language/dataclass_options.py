"""Tour of the options of dataclasses: order, frozen, slots, kw_only, InitVar, ..."""
import dataclasses
from dataclasses import dataclass, field, InitVar, KW_ONLY, FrozenInstanceError
from typing import ClassVar

@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    patch: int = 0
    label: str = field(default="", compare=False)

@dataclass(slots=True, kw_only=True)
class Server:
    host: str
    port: int = 80

@dataclass
class Mixed:
    a: int
    _: KW_ONLY
    b: int = 2
    c: int = field(default=3, repr=False)

@dataclass
class Circle:
    instances: ClassVar[int] = 0
    radius: float
    scale: InitVar[float] = 1.0
    area: float = field(init=False)

    def __post_init__(self, scale):
        self.radius *= scale
        self.area = round(3.14159 * self.radius ** 2, 4)
        type(self).instances += 1

@dataclass
class Base:
    x: int = 1
    y: int = 2

@dataclass
class Derived(Base):
    z: int = 3
    x: int = 100      # keeps its original position

vs = [Version(1, 2, 3), Version(1), Version(0, 9, 9, "beta"), Version(1, 2)]
print(*sorted(vs), sep="\n")
print(max(vs), Version(1, label="x") == Version(1, label="y"))
print(len({Version(1, 0), Version(1), Version(1, label="dup")}))
try:
    vs[0].major = 5
except FrozenInstanceError as e:
    print("frozen:", e)

s = Server(host="localhost")
print(s, Server.__slots__)
for call in (lambda: Server("localhost"), lambda: setattr(s, "user", "me")):
    try:
        call()
    except (TypeError, AttributeError) as e:
        print(type(e).__name__)

print(Mixed(1), Mixed(1, b=5, c=6) == Mixed(1, b=5, c=7))
print(Circle(2.0), Circle(1, scale=3), Circle.instances)
print(Derived(), [f.name for f in dataclasses.fields(Derived)])
print(Derived.__match_args__, Mixed.__match_args__, Server.__match_args__)

try:
    @dataclass
    class Wrong:
        items: list = []
except ValueError as e:
    print("ValueError:", e)

Dyn = dataclasses.make_dataclass("Dyn", ["p", ("q", int, 7)], namespace={"total": lambda self: self.p + self.q})
print(Dyn(5), Dyn(5).total(), dataclasses.is_dataclass(Dyn))
