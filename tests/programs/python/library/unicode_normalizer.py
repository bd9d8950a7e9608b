import unicodedata as ud

samples = ["é", "e\u0301", "ﬁ", "Å", "\u212b", "①", "ｶﾞ", "한", "ẛ̣", "½", "ß"]
for s in samples:
    forms = {f: ud.normalize(f, s) for f in ("NFC", "NFD", "NFKC", "NFKD")}
    print(ascii(s), *(f"{f}={ascii(v)}" for f, v in forms.items()), ud.is_normalized("NFC", s))

for ch in "aZ5٣½Ⅷ €\t\u200bあ🚀\u0301ß(":
    print(f"U+{ord(ch):04X} {ud.category(ch)} {ud.name(ch, '<none>'):<36} bidi={ud.bidirectional(ch)} comb={ud.combining(ch)} "
          f"width={ud.east_asian_width(ch)} mirrored={ud.mirrored(ch)} digit={ud.digit(ch, '-')} num={ud.numeric(ch, '-')} {ud.decomposition(ch)!r}")

print(ud.lookup("GREEK SMALL LETTER ALPHA"), "\N{SNOWMAN}", ascii(ud.lookup("LATIN SMALL LETTER E WITH ACUTE")))
try:
    ud.lookup("NO SUCH NAME")
except KeyError as e:
    print(e)


def slug(text: str) -> str:
    plain = "".join(c for c in ud.normalize("NFKD", text.casefold()) if not ud.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return "-".join(words)


def width(text: str) -> int:
    return sum(0 if ud.combining(c) else 2 if ud.east_asian_width(c) in "WF" else 1 for c in text)


for title in ("Ärger im Café", "Straße №5", "東京 Tower", "  --  ", "İstanbul'da ﬀ"):
    print(repr(slug(title)), width(title))

words = ["zèbre", "Zebra", "école", "Ecole", "eclair", "œuvre"]
print(sorted(words), sorted(words, key=lambda w: ud.normalize("NFD", w).casefold()))
print("ǅ".lower(), "ß".upper(), "ΑΣ".lower(), "ﬃ".upper(), "İ".lower() == "i̇", "ŉ".upper(), "dž".title(), "ª".isalpha(), "²".isdigit(), "²".isdecimal(), "五".isnumeric())
print("Maße".casefold() == "MASSE".casefold(), len("👩‍👩‍👧"), "👩‍👩‍👧".encode("utf-16-le").__len__(), "\ud800".encode("utf-8", "surrogatepass"), "a\u2028b".splitlines())
print("x²".isidentifier(), "x٣".isidentifier(), "\u00a0".isspace(), "\u200b".isprintable(), ascii("\u202etest"), int("٣٤"), float("٢.٥"))
