DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

def to_base(n, b):
    if n == 0:
        return "0"
    sign, n, out = "-" if n < 0 else "", abs(n), []
    while n:
        n, r = divmod(n, b)
        out.append(DIGITS[r])
    return sign + "".join(reversed(out))

def roman(n):
    pairs = zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split())
    out = ""
    for v, s in pairs:
        out += s * (n // v)
        n %= v
    return out

def words(n):
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n < 0: return "minus " + words(-n)
    if n < 20: return small[n]
    if n < 100: return tens[n // 10] + ("-" + small[n % 10] if n % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            return f"{words(n // size)} {name}" + (f" {words(n % size)}" if n % size else "")

def human(n):
    for unit in "B KiB MiB GiB TiB".split():
        if abs(n) < 1024 or unit == "TiB":
            return f"{n:.1f} {unit}" if unit != "B" else f"{n} B"
        n /= 1024

for n in (0, 7, 42, 1999, 123456, -255, 2**31, 10**12):
    print(n, bin(n), oct(n), hex(n), to_base(n, 3), to_base(n, 36), f"{n:,}", f"{n:_x}", human(n), sep=" | ")
    assert all(int(to_base(n, b), b) == n for b in range(2, 37))
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999)])
for n in (0, 13, 21, 100, 342, 1001, 1_234_567, -15, 2_000_000_019): print(words(n))
print(int("ff", 16), int("0b101", 0), int(" -12_000 "), int("zz", 36), int(b"7"), int(3.99), int(-3.99), int("٣٤"))
print(0x_ff, 0b1111_0000, 0o17, 1_000, -7 // 2, -7 % 2, 7 // -2, 7 % -2, divmod(-7, 3), 2**-1, (-2)**3, -2**2)
big = 2**200 - 1
print(big, len(str(big)), big.bit_length(), big % 97, pow(3, 1000, 1009), pow(7, -1, 26), big >> 190, f"{big:e}", -1 >> 5, ~5)
for bad in ("", "1.5", "12a", "0x1g", "1__0", "_1"):
    try: int(bad, 0)
    except ValueError as e: print(e)
try: int("9" * 5000)
except ValueError as e: print(e)
try: str(10**5000)
except ValueError as e: print(e)
