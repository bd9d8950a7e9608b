import atexit
import sys


def parse_temperature(text):
    value, unit = float(text[:-1]), text[-1].upper()
    if unit == "C":
        return value
    if unit == "F":
        return round((value - 32) * 5 / 9, 2)
    if unit == "K":
        return round(value - 273.15, 2)
    raise ValueError(f"unknown unit {unit!r} in {text!r}")


atexit.register(print, "atexit: registered first")
atexit.register(lambda: print("atexit: registered last"))

old_hook = sys.excepthook


def hook(tp, value, tb):
    depth = 0
    while tb:
        depth += 1
        tb = tb.tb_next
    print(f"excepthook: {tp.__name__}: {value} (depth {depth})")


sys.excepthook = hook

try:
    for text in ("21.5c", "98.6F", "300K", "0f", "12X", "40C"):
        print(text, "=", parse_temperature(text), "C")
finally:
    print("finally")
