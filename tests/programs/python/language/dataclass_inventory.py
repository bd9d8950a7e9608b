from __future__ import annotations

from dataclasses import dataclass, field, asdict, astuple, fields, replace
from typing import Optional


@dataclass
class Item:
    name: str
    unit_price: float
    quantity: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def total_cost(self) -> float:
        return self.unit_price * self.quantity


@dataclass
class Inventory:
    items: dict[str, Item] = field(default_factory=dict)
    name: Optional[str] = None

    def add(self, item: Item) -> None:
        if item.name in self.items:
            old = self.items[item.name]
            self.items[item.name] = replace(old, quantity=old.quantity + item.quantity)
        else:
            self.items[item.name] = item

    def remove(self, name: str, quantity: int) -> None:
        item = self.items[name]
        if quantity > item.quantity:
            raise ValueError(f"only {item.quantity} of {name} left")
        item.quantity -= quantity
        if item.quantity == 0:
            del self.items[name]

    def report(self) -> str:
        lines = [f"{'item':<12}{'qty':>5}{'price':>10}{'total':>12}"]
        lines.append("-" * 39)
        for it in sorted(self.items.values(), key=lambda i: i.name):
            lines.append(f"{it.name:<12}{it.quantity:>5}{it.unit_price:>10.2f}{it.total_cost:>12.2f}")
        total = sum(i.total_cost for i in self.items.values())
        lines.append(f"{'sum':<12}{total:>27.2f}")
        return "\n".join(lines)


def main() -> None:
    inv = Inventory(name="garage")
    inv.add(Item("hammer", 12.5, 4, ["tool"]))
    inv.add(Item("nails", 0.02, 1500))
    inv.add(Item("saw", 23.99, 1, tags=["tool", "sharp"]))
    inv.add(Item("hammer", 12.5, 2))
    print(inv.report())
    inv.remove("saw", 1)
    try:
        inv.remove("hammer", 10)
    except ValueError as e:
        print("error:", e)
    print(inv)
    print(asdict(inv))
    print(astuple(inv.items["nails"]))
    print([(f.name, f.type) for f in fields(Item)])
    print(Item("a", 1.0) == Item("a", 1.0), Item("a", 1.0) == ("a", 1.0, 0, []))


if __name__ == "__main__":
    main()
