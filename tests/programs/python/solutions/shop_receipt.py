import math
import sys
from decimal import Decimal as D, ROUND_HALF_EVEN, ROUND_HALF_UP
from textwrap import wrap

CENT = D("0.01")
TAX = {"A": D("0.19"), "B": D("0.07")}
W = 40


def read_items():
    for line in sys.stdin:
        line = line.strip()
        if line:
            qty, price, tax, name = line.split(maxsplit=3)
            yield int(qty), D(price), tax, name


def centred(text):
    print(text.center(W).rstrip())


def row(left, right):
    print(left + right.rjust(W - len(left)))


centred("CORNER SHOP & SONS")
centred("12 Mill Lane")
print("=" * W)
sums = {}
for qty, price, tax, name in read_items():
    amount = (qty * price).quantize(CENT, ROUND_HALF_UP)
    lines = wrap(name, 24)
    if len(lines) == 1 and qty == 1:
        row(name, f"{amount} {tax}")
    else:
        for part in lines:
            print(part)
        row(f"  {qty:>3} x {price}", f"{amount} {tax}")
    if qty >= 10:
        rebate = -(amount * D("0.05")).quantize(CENT, ROUND_HALF_EVEN)
        row("  rebate 5%", f"{rebate} {tax}")
        amount += rebate
    sums[tax] = sums.get(tax, D(0)) + amount
total = sum(sums.values())
print("-" * W)
row("TOTAL", f"{total:,.2f}  ")
for tax, gross in sorted(sums.items()):
    net = (gross / (1 + TAX[tax])).quantize(CENT, ROUND_HALF_UP)
    row(f"{tax} {TAX[tax]:.0%} of {net}", f"{gross - net}  ")
paid = D(math.ceil(total / 20) * 20)
row("CASH", f"{paid:.2f}  ")
left = paid - total
row("CHANGE", f"{left}  ")
for coin in map(D, "10 5 2 1 .50 .20 .10 .05 .02 .01".split()):
    n, left = divmod(left, coin)
    if n:
        print(f"  {int(n)} x {coin:.2f}")
print("=" * W)
centred("THANK YOU")
