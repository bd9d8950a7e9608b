# Unicode input through input(), prompts with unicode as well.
import unicodedata

n = int(input("Сколько слов? "))
def strip_marks(s):
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))

words = []
for i in range(n):
    words.append(input(f"слово №{i + 1} → "))
print()
for w in words:
    plain = "".join(c for c in strip_marks(w.casefold()) if c.isalnum())
    print(w, "↔", w[::-1], "✓" if plain == plain[::-1] else "✗", sep=" ")
print(sorted(words))
print(sorted(words, key=lambda w: strip_marks(w).lower()))
print("|".join(w.center(14, "·") for w in words))
print(int(input("число: ")) + 1)
