from enum import Enum, IntEnum, StrEnum, auto, nonmember

class Light(Enum):
    RED = 30
    GREEN = 25
    YELLOW = 5

    def next(self):
        order = list(Light)
        return order[(order.index(self) + 1) % len(order)]

    @property
    def can_drive(self):
        return self is Light.GREEN

light = Light.RED
clock = 0
while clock < 120:
    print(f"t={clock:>3} {light.name:<7} for {light.value:>2}s drive={light.can_drive}")
    clock += light.value
    light = light.next()

print(Light.RED, repr(Light.RED), Light(5), Light["GREEN"])
try:
    Light(99)
except ValueError as e:
    print("ValueError:", e)
try:
    Light["BLUE"]
except KeyError as e:
    print("KeyError:", e)

class Planet(Enum):
    MERCURY = (3.303e+23, 2.4397e6)
    EARTH = (5.976e+24, 6.37814e6)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    @property
    def surface_gravity(self):
        return 6.67300E-11 * self.mass / (self.radius * self.radius)

for p in Planet:
    print(p.name, f"{p.surface_gravity:.3f}")

class Priority(IntEnum):
    LOW = auto()
    MEDIUM = auto()
    HIGH = auto()

class Shell(StrEnum):
    BASH = auto()
    ZSH = auto()
    PowerShell = auto()

print(Priority.LOW < Priority.HIGH, Priority.HIGH + 1, sorted(Priority, reverse=True))
print(f"{Shell.BASH} {Shell.PowerShell!r}", Shell("zsh").upper(), Shell.ZSH == "zsh")

class Status(Enum):
    OK = 0
    SUCCESS = 0
    FAIL = 1
    _limit = nonmember(10)

    @classmethod
    def _missing_(cls, value):
        if isinstance(value, str):
            return cls.__members__.get(value.upper())

print(list(Status), Status.SUCCESS is Status.OK, list(Status.__members__), Status("fail"), Status._limit)

Animal = Enum("Animal", "CAT DOG BEE")
print(list(Animal), Animal.BEE.value, isinstance(Animal.CAT, Animal))
