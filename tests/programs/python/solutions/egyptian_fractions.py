from fractions import Fraction
from math import ceil

def egyptian(f: Fraction) -> list:
    """Greedy expansion into an integer part and distinct unit fractions."""
    parts = []
    if f >= 1:
        whole = f.numerator // f.denominator
        parts.append(Fraction(whole))
        f -= whole
    while f:
        d = ceil(1 / f)
        parts.append(Fraction(1, d))
        f -= Fraction(1, d)
    return parts

for f in [Fraction(43, 48), Fraction(5, 121), Fraction(2014, 59), Fraction(3, 7), Fraction(1, 2)]:
    e = egyptian(f)
    assert sum(e) == f
    print(f, "=", " + ".join(map(str, e)))

most_terms = (0, None)
biggest = (0, None)
for n in range(1, 40):
    for d in range(n + 1, 40):
        f = Fraction(n, d)
        e = egyptian(f)
        most_terms = max(most_terms, (len(e), f))
        biggest = max(biggest, (e[-1].denominator, f))
print("most terms:", most_terms[0], "for", most_terms[1])
print("biggest denominator has", len(str(biggest[0])), "digits, for", biggest[1])
print(biggest[0])

# some more exact arithmetic
h = sum(Fraction(1, k) for k in range(1, 31))
print("H(30) =", h, "~", round(float(h), 12))
print(Fraction("0.125"), Fraction(0.1), Fraction(3.14159265).limit_denominator(1000))
bernoulli = []
for m in range(17):
    row = [Fraction(1, i + 1) for i in range(m + 1)]
    for i in range(1, m + 1):
        row = [(k + 1) * (row[k] - row[k + 1]) for k in range(len(row) - 1)]
    bernoulli.append(row[0])
print([str(b) for b in bernoulli if b])
