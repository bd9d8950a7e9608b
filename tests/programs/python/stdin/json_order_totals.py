import json
import sys


def order_total(order):
    subtotal = sum(line["qty"] * line["unit_cents"] for line in order["lines"])
    discount = order.get("discount_percent", 0)
    return subtotal - subtotal * discount // 100


data = json.load(sys.stdin)
customers = {c["id"]: c["name"] for c in data["customers"]}
summary = {}
for order in data["orders"]:
    cents = order_total(order)
    name = customers.get(order["customer"], "unknown")
    summary[name] = summary.get(name, 0) + cents
    print(f"order {order['no']}: {cents // 100}.{cents % 100:02d} for {name}")

print(json.dumps(summary, sort_keys=True))
print(json.dumps(summary, indent=2, ensure_ascii=False, sort_keys=True))
print(data["flags"])
json.dump({"big": data["big"], "small": data["small"], "esc": data["esc"]}, sys.stdout)
print()
print([type(v).__name__ for v in data["flags"]], repr(data["esc"]))
