import sys


class InventoryError(Exception): pass
class UnknownItem(InventoryError): pass
class OutOfStock(InventoryError): pass


class Inventory:
    def __init__(self):
        self.items = {}

    def add(self, name, quantity, price=None):
        if name in self.items:
            self.items[name]["qty"] += quantity
            if price is not None:
                self.items[name]["price"] = price
        elif price is None:
            raise InventoryError(f"new item {name} needs a price")
        else:
            self.items[name] = {"qty": quantity, "price": price}

    def remove(self, name, quantity):
        try:
            item = self.items[name]
        except KeyError:
            raise UnknownItem(name) from None
        if item["qty"] < quantity:
            raise OutOfStock(f"only {item['qty']} of {name} left")
        item["qty"] -= quantity

    def value(self):
        return sum(i["qty"] * i["price"] for i in self.items.values())

    def low(self, limit):
        return sorted(n for n, i in self.items.items() if i["qty"] < limit)

    def report(self):
        print("+" + "-" * 14 + "+" + "-" * 6 + "+" + "-" * 10 + "+")
        for name, i in sorted(self.items.items()):
            print(f"| {name:<13}|{i['qty']:>5} |{i['price'] / 100:>9.2f} |")
        print("+" + "-" * 14 + "+" + "-" * 6 + "+" + "-" * 10 + "+")
        print(f"total value: {self.value() / 100:,.2f}")


def execute(inv, line):
    command, *args = line.split()
    match command, args:
        case "add", [name, qty]:
            inv.add(name, int(qty))
        case "add", [name, qty, price]:
            inv.add(name, int(qty), round(float(price) * 100))
        case "remove" | "sell", [name, qty]:
            inv.remove(name, int(qty))
        case "low", [] | [_]:
            print("low:", ", ".join(inv.low(int(args[0]) if args else 5)) or "nothing")
        case "report", []:
            inv.report()
        case _:
            raise InventoryError(f"cannot understand {line!r}")


inv = Inventory()
errors = 0
for number, line in enumerate(sys.stdin, 1):
    line = line.split("#")[0].strip()
    if not line:
        continue
    try:
        execute(inv, line)
    except (InventoryError, ValueError) as e:
        errors += 1
        print(f"line {number}: {type(e).__name__}: {e}")
print(errors, "errors")
