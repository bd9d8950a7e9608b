import csv
import sys
from collections import defaultdict
from decimal import Decimal, InvalidOperation

def main():
    totals = defaultdict(lambda: [0, Decimal(0)])
    errors = 0
    reader = csv.DictReader(sys.stdin, restkey="extra", restval="")
    print("columns:", reader.fieldnames)
    for row in reader:
        if row.get("extra"):
            print(f"line {reader.line_num}: too many fields {row['extra']}")
            errors += 1
            continue
        try:
            amount = Decimal(row["price"]) * int(row["quantity"])
        except (InvalidOperation, ValueError):
            print(f"line {reader.line_num}: cannot read {row['price']!r} x {row['quantity']!r}")
            errors += 1
            continue
        entry = totals[row["region"].strip().title() or "(none)"]
        entry[0] += int(row["quantity"])
        entry[1] += amount
        if "\n" in row["comment"] or '"' in row["comment"]:
            print("comment:", repr(row["comment"]))

    out = csv.writer(sys.stdout, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    out.writerow(["region", "quantity", "amount"])
    for region in sorted(totals):
        quantity, amount = totals[region]
        out.writerow([region, quantity, float(amount)])
    print("rows with errors:", errors)
    return 1 if errors else 0

if __name__ == "__main__":
    sys.exit(main())
