from __future__ import annotations

from dataclasses import KW_ONLY, FrozenInstanceError, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, make_dataclass, replace
from typing import ClassVar


@dataclass(order=True)
class Item:
    sort_index: float = field(init=False, repr=False)
    name: str
    price: float
    tags: list[str] = field(default_factory=list, compare=False)
    _: KW_ONLY
    stock: int = 0
    currency: ClassVar[str] = "EUR"

    def __post_init__(self):
        if self.price < 0:
            raise ValueError("price below zero")
        self.sort_index = -self.price

    @property
    def value(self) -> float:
        return round(self.price * self.stock, 2)


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = field(default=0, metadata={"unit": "mm"})

    def moved(self, dx: int = 0, dy: int = 0) -> Point:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass
class Stocked(Item):
    shelf: Point | None = None
    discount: InitVar[float] = 0.0

    def __post_init__(self, discount):
        super().__post_init__()
        self.price = round(self.price * (1 - discount), 2)


def main() -> None:
    items = [Item("lamp", 19.5, ["light"], stock=3), Item("desk", 249.0, stock=1), Item("pen", 1.2, stock=200)]
    for item in sorted(items):
        print(item, item.value)
    print(sum(i.value for i in items), Item("a", 1.0) == Item("a", 1.0, ["x"]), Item("a", 1.0) < Item("b", 1.0))

    s = Stocked("shelf", 100.0, stock=2, shelf=Point(1, 2), discount=0.25)
    print(s)
    print(asdict(s))
    print(astuple(s))
    print([(f.name, f.type, f.kw_only) for f in fields(Stocked)], fields(Point)[1].metadata["unit"])

    p = Point(3).moved(dy=-4)
    print(p, hash(p) == hash(Point(3, -4)), {p: "here"}[Point(3, -4)], Point.__slots__, Point.__match_args__)
    for bad in (lambda: setattr(p, "x", 9), lambda: Item("x", -1), lambda: Item("x"), lambda: Item("x", 1, [], 5), lambda: hash(items[0]), lambda: replace(s, sort_index=1)):
        try:
            bad()
        except (FrozenInstanceError, ValueError, TypeError) as e:
            print(type(e).__name__, "-", e)
    C = make_dataclass("C", [("a", int), ("b", str, field(default="z"))], namespace={"twice": lambda self: self.a * 2}, frozen=True)
    c = C(21)
    print(c, c.twice(), is_dataclass(c), is_dataclass(5))
    match c, p:
        case C(a=n, b="z"), Point(x, y):
            print("matched", n, x, y)
    try:
        @dataclass
        class Wrong:
            items: list = []
    except ValueError as e:
        print(e)


if __name__ == "__main__":
    main()
