# argv: 1 4 9 14 40 90 400 1994 2024 3999 MCMXC MMVIII XLII IIII 0 4000 "not a number"
import sys

PAIRS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
         (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def to_roman(n: int) -> str:
    if not 0 < n < 4000:
        raise ValueError(f"{n} cannot be written in Roman numerals")
    out = []
    for value, letters in PAIRS:
        count, n = divmod(n, value)
        out.append(letters * count)
    return "".join(out)


def from_roman(s: str) -> int:
    values = {letters: value for value, letters in PAIRS if len(letters) == 1}
    try:
        digits = [values[c] for c in s.upper()]
    except KeyError as e:
        raise ValueError(f"{e.args[0]!r} is not a Roman digit") from None
    total = sum(-d if any(d < later for later in digits[i + 1:i + 2]) else d
                for i, d in enumerate(digits))
    if to_roman(total) != s.upper():
        raise ValueError(f"{s} is not well formed, should be {to_roman(total)}")
    return total


for n in range(1, 4000):
    assert from_roman(to_roman(n)) == n

for arg in sys.argv[1:]:
    try:
        if arg.isdigit():
            print(f"{arg:>13} = {to_roman(int(arg))}")
        else:
            print(f"{arg:>13} = {from_roman(arg)}")
    except ValueError as error:
        print(f"{arg:>13} : {error}")

longest = max(range(1, 4000), key=lambda n: len(to_roman(n)))
print("longest:", longest, to_roman(longest))
