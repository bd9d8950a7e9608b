import datetime
import decimal
import math

# Every common format specification in one table.
specs_int = ["", "d", "5d", "05d", "+d", " d", ",", "_", "b", "#b", "o", "#x", "#X", "_b", "#012_x", "c", "e", ".2f", "%", "<8", ">8", "^8", "*^9", "=+8", "08,", "n"]
for spec in specs_int:
    print(f"{spec!r:>10} -> [{1234:{spec}}]  [{-77 if spec != 'c' else 77:{spec}}]")

specs_float = ["", ".3", ".0f", "#.0f", "10.4f", "-10.2e", "g", "G", "#g", ".10g", "%", ".1%", "+.1f", "012.3f", ",.2f", "_.1f", "z.1f", "n"]
for spec in specs_float:
    print(f"{spec!r:>10} -> " + " ".join(f"[{x:{spec}}]" for x in (math.pi, -0.04, 1234567.891, 1e-7, 1e22)))

for x in (float("inf"), float("-inf"), float("nan")):
    print(f"[{x:8}] [{x:<8f}] [{x:+}] [{x:08.1f}] [{x:%}] [{x:E}]")

word = "Python"
for spec in ["", "s", "10", "<10", ">10", "^10", "~^11", ".3", "8.2", "é>9", "010"]:
    print(f"{spec!r:>10} -> [{word:{spec}}]")

width, prec = 12, 4
print(f"[{math.e:{width}.{prec}f}] [{math.e:<{width}.{prec + 2}e}] [{word:{'*'}^{width}}]")
print(f"[{decimal.Decimal('1234.5678'):,.2f}] [{decimal.Decimal('1E+5'):f}] [{3 + 4j:.2f}] [{1j:>10}]")
print(f"[{True:d}] [{True}] [{True:>6}] [{None!s:>6}] [{[1, 2]!r:>10}]")
when = datetime.datetime(2024, 2, 29, 7, 5, 9, 123456)
print(f"{when:%Y-%m-%d %H:%M:%S.%f} | {when:%d.%m.%y} | {when:%j %U} | {when}")
print("{:>{w}} {!r} {}".format("a", "b", "c", w=4), "{1} {0} {1}".format("x", "y"), "{a[0]} {a[1]} {b.imag}".format(a=[5, 6], b=2j))
print("%5d|%-5d|%05d|%x|%o|%e|%.3g|%s|%r|%c|%%|%+d" % (42, 42, 42, 255, 8, 12345.678, 0.00012345, "s", "r", "c", 7))
print("%(name)-8s|%(n)08.3f" % {"name": "bob", "n": 3.14159}, "%*d" % (6, 42), b"%d %s %a" % (1, b"x", "é"))

for value, spec in [(3, "s"), ("x", "d"), (1.5, "d"), ("x", "="), (3, ".2d"), (3, ",_"), (None, ">5"), ([1], "5"), (300, "cc")]:
    try:
        print(format(value, spec))
    except (ValueError, TypeError) as e:
        print(f"{value!r}, {spec!r}: {type(e).__name__}: {e}")
