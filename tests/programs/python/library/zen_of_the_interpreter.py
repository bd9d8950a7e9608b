import codecs
import this
from collections import Counter

text = codecs.decode(this.s, "rot13")
lines = text.splitlines()
print("-" * 20)
print(len(lines), "lines", len(text.split()), "words")
print(text == "".join(this.d.get(c, c) for c in this.s), this.d["A"], this.i, this.c)
better = [line for line in lines if " is better than " in line]
for line in better:
    good, _, bad = line.rstrip(".").partition(" is better than ")
    print(f"{good:>12} > {bad}")
print(Counter(w.strip(".,!*-").lower() for w in text.split()).most_common(5))
