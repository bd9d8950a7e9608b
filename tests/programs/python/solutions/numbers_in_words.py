# argv: 0 7 13 21 40 99 100 101 342 1000 1001 12345 1000000 -5 2147483647 1000000000000000001 seven "three hundred forty-two thousand nine"
import sys

SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen""".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
BIG = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"]


def spell(n: int) -> str:
    if n < 0:
        return "minus " + spell(-n)
    if n < 20:
        return SMALL[n]
    if n < 100:
        tens, rest = divmod(n, 10)
        return TENS[tens] + ("-" + SMALL[rest] if rest else "")
    if n < 1000:
        hundreds, rest = divmod(n, 100)
        return SMALL[hundreds] + " hundred" + (" and " + spell(rest) if rest else "")
    parts = []
    for name in BIG:
        n, group = divmod(n, 1000)
        if group:
            joint = "and " if not parts and not name and group < 100 else ""
            parts.append((joint + spell(group) + " " + name).strip())
        if not n:
            return " ".join(parts[::-1])
    raise OverflowError("too big")


def unspell(text: str) -> int:
    total = current = 0
    for word in text.replace("-", " ").split():
        if word == "and":
            continue
        if word in SMALL:
            current += SMALL.index(word)
        elif word in TENS:
            current += 10 * TENS.index(word)
        elif word == "hundred":
            current *= 100
        else:
            total += current * 1000 ** BIG.index(word)
            current = 0
    return total + current


def ordinal(n):
    suffix = "th" if n // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


for arg in sys.argv[1:]:
    try:
        print(f"{arg}: {spell(int(arg))}")
    except ValueError:
        print(f"{arg}: {unspell(arg)}")

assert all(unspell(spell(n)) == n for n in range(2000))
print(*map(ordinal, (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 112)))
print("letters from 1 to 1000:", sum(c.isalpha() for n in range(1, 1001) for c in spell(n)))

# four is magic
n = 377
chain = [n]
while n != 4:
    n = len(spell(n))
    chain.append(n)
print(" -> ".join(spell(k) for k in chain))

print(sorted(range(1, 21), key=spell))
try:
    spell(10 ** 21)
except OverflowError as e:
    print("OverflowError:", e)
