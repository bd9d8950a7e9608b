# differs: the version is 3.14.0, with mistakes that later ones mended
import sys
import unicodedata as ud


def strip_accents(text):
    return "".join(c for c in ud.normalize("NFD", text) if not ud.combining(c))


def slug(text):
    text = strip_accents(ud.normalize("NFKC", text)).casefold()
    out = "".join(c if c.isalnum() else "-" for c in text)
    while "--" in out:
        out = out.replace("--", "-")
    return out.strip("-")


def caseless_equal(a, b):
    nfd = lambda s: ud.normalize("NFD", s)
    return nfd(nfd(a).casefold()) == nfd(nfd(b).casefold())


for line in sys.stdin:
    text = line.rstrip("\n")
    forms = {f: ud.normalize(f, text) for f in ("NFC", "NFD", "NFKC", "NFKD")}
    print(text)
    print("   lengths", {f: len(s) for f, s in forms.items()}, "utf-8", len(text.encode()))
    print("   is_normalized", [f for f in forms if ud.is_normalized(f, text)])
    print("   nfkd", ascii(forms["NFKD"]))
    print("   slug", slug(text), "| plain", strip_accents(text))

pairs = [("café", "cafe\u0301"), ("Å", "\u212b"), ("ﬁne", "fine"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ê", "e")]
for a, b in pairs:
    print(ascii(a), ascii(b), a == b, [ud.normalize(f, a) == ud.normalize(f, b) for f in ("NFC", "NFKC")], caseless_equal(a, b))

for c in "aÉß½Ⅷ٣漢가€\u0301\u200d\t":
    print(f"U+{ord(c):04X} {ud.name(c, '<no name>')}: {ud.category(c)} {ud.bidirectional(c)} {ud.combining(c)} "
          f"{ud.east_asian_width(c)} {ud.decomposition(c) or '-'} {ud.numeric(c, None)}")
print(ud.lookup("SNOWMAN"), ud.digit("٣"), ud.mirrored("("), "\N{BLACK HEART SUIT}")
print(sorted(["zebra", "Äpfel", "apfel", "Zoo", "éclair"]), sorted(["zebra", "Äpfel", "apfel", "Zoo", "éclair"], key=lambda w: (strip_accents(w).casefold(), w)))
try:
    ud.name("\x00")
except ValueError as e:
    print(e)
