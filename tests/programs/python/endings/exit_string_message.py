import sys

total = 0
for number, line in enumerate(sys.stdin, 1):
    line = line.rstrip("\n")
    if not line or line.startswith("#"):
        print(number, "skipped")
        continue
    name, _, amount = line.rpartition(" ")
    if not amount.lstrip("-").isdigit():
        print("subtotal", total)
        sys.exit(f"line {number}: {amount!r} is not a number")
    total += int(amount)
    print(number, name or "(no name)", amount)

print("total", total)
