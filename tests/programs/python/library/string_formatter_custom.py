import string
from string import Formatter


class Shouting(Formatter):
    """Adds the conversions !u and !t, a default for missing names, and the spec 'bar'."""

    def convert_field(self, value, conversion):
        if conversion == "u":
            return str(value).upper()
        if conversion == "t":
            return string.capwords(str(value))
        return super().convert_field(value, conversion)

    def get_value(self, key, args, kwargs):
        if isinstance(key, str) and key not in kwargs:
            return f"<{key}?>"
        return super().get_value(key, args, kwargs)

    def format_field(self, value, spec):
        if spec.endswith("bar"):
            return ("=" * int(value)).ljust(int(spec[:-3] or 0), ".")
        return super().format_field(value, spec)

    def check_unused_args(self, used, args, kwargs):
        unused = sorted(set(kwargs) - used)
        if unused:
            print("unused:", unused)


f = Shouting()
print(f.format("{0!u} and {name!t:>15} has {n:10bar}|{gone}", "first", name="ada lovelace", n=4, spare=1))
print(f.vformat("{0[key]} {1.real:.2f} {2:{3}}", ({"key": "val"}, 2 + 1j, 42, "#x"), {}))
for part in Formatter().parse("a{{b}} {x!r:>{w}} {} tail"):
    print(part)

values = [0, 7, -42, 1234567, 3.14159, -0.5, 1e21, 6.02e-23, float("inf")]
for v in values:
    print("{0:>+12g} {0:>14,} {0:<10.3e}|{0:^16_.2f}|{0:012.1f}".format(v))
for n in (0, 5, 255, -1024):
    print(f"{n:b} {n:#o} {n:#06x} {n:X} {n:_b} {n:>8d} {n:<8}| {n:=+7}")
print("%-8s|%08.3f|%+d|%x|%5.1f%%|%r|%c" % ("left", 3.14159, 7, 255, 99.5, "q", 65))
print(f"{'mid':*^11} {'long text':.4} {True:>6} {True:d} {'é':>3}")
width, prec = 9, 3
print(f"{2.718281828:{width}.{prec}} {width=} {prec + 1 = :>4} {'a' 'b'!r}")
for bad in ("{", "{0} {}", "{0.missing}", "{:d}", "{1}"):
    try:
        print(bad.format("x"))
    except Exception as e:
        print(f"{bad!r}: {type(e).__name__}: {e}")
print(string.hexdigits, string.octdigits, len(string.printable), repr(string.whitespace))
