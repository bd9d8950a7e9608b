# argv: INV-7 "Screws;200;0.05" "Paint, white;3;14.90" "Brush;;3.20" "Delivery;1"
import sys

number, *lines = sys.argv[1:]
print("Invoice", number)
print("=" * 40)

def parse(line):
    parts = line.split(";")
    name = parts[0]
    quantity = int(parts[1]) if parts[1] else 1
    price = float(parts[2]) if len(parts) > 2 else None
    return name, quantity, price

total = 0.0
count = 0
for line in lines:
    name, quantity, price = parse(line)
    amount = quantity * price
    print(f"{name:<20}{quantity:>6} x {price:<6.2f}{amount:>7.2f}")
    total += amount
    count += quantity

print("=" * 40)
print("Total for " + count + " things: " + total)
