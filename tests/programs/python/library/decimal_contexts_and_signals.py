import decimal as d
from decimal import Decimal as D

def arctan_inverse(x: int) -> D:
    power = D(1) / x
    total, n, sign = power, 1, 1
    while True:
        power /= x * x
        n += 2
        sign = -sign
        step = power / n
        if total + step == total:
            return total
        total += sign * step

for digits in (10, 30, 80):
    with d.localcontext() as ctx:
        ctx.prec = digits + 5
        pi = 4 * (4 * arctan_inverse(5) - arctan_inverse(239))
        ctx.prec = digits
        print(digits, +pi)

with d.localcontext(prec=40):
    print(D(2).sqrt(), D(1).exp(), D(10).ln(), sep="\n")
    print(D(2) ** D("0.5") - D(2).sqrt())

def attempt(label, fn):
    try:
        print(label, "->", fn())
    except d.DecimalException as e:
        print(label, "-> signal", type(e).__name__)

attempt("1/0", lambda: D(1) / 0)
attempt("0/0", lambda: D(0) / 0)
attempt("sqrt(-1)", lambda: D(-1).sqrt())
attempt("'abc'", lambda: D("abc"))
with d.localcontext() as ctx:
    ctx.traps[d.DivisionByZero] = ctx.traps[d.InvalidOperation] = False
    attempt("untrapped 1/0", lambda: D(-1) / 0)
    attempt("untrapped 0/0", lambda: D(0) / 0)
    print(sorted(s.__name__ for s, on in ctx.flags.items() if on))
    ctx.clear_flags()
    D(1) / 3
    print(sorted(s.__name__ for s, on in ctx.flags.items() if on))
with d.localcontext() as ctx:
    ctx.traps[d.Inexact] = True
    attempt("exact 1/8", lambda: D(1) / 8)
    attempt("inexact 1/3", lambda: D(1) / 3)
    ctx.traps[d.FloatOperation] = True
    attempt("float compare", lambda: D(1) < 1.5)

print(D("-12.500").as_tuple(), D("0.75").as_integer_ratio(), D("123E-7").adjusted())
print(max(D("1.0"), D("1.00")), D("1.0").compare_total(D("1.00")), D("1.0") == D("1.00"))
print(D("NaN") == D("NaN"), D("Infinity") > 10**30, D("-0").is_signed())
print(divmod(D("-7"), D("2")), D("-7") // 2, D("7").remainder_near(4), D("5").fma(3, 2))
print(D("3.7").to_integral_value(d.ROUND_FLOOR), round(D("2.5")), round(D("2.675"), 2), D(100).logb())
print(D("1.5").next_plus(d.Context(prec=5)), d.Context(prec=3).create_decimal("3.14159"))
