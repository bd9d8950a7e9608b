"""Grapheme-ish splitting of emoji sequences, display width, and bidirectional text."""
import unicodedata as ud

ZWJ, VS16 = "\u200d", "\ufe0f"


def is_extend(c):
    return ud.combining(c) or ud.category(c) in ("Mn", "Me") or c == VS16 or 0x1F3FB <= ord(c) <= 0x1F3FF or 0xE0020 <= ord(c) <= 0xE007F


def is_flag(c):
    return 0x1F1E6 <= ord(c) <= 0x1F1FF


def clusters(text):
    """A simplified version of grapheme cluster segmentation."""
    out = []
    for c in text:
        if out and (is_extend(c) or c == ZWJ or out[-1].endswith(ZWJ)):
            out[-1] += c
        elif out and is_flag(c) and len(out[-1]) == 1 and is_flag(out[-1]):
            out[-1] += c
        else:
            out.append(c)
    return out


def width(cluster):
    first = cluster[0]
    if VS16 in cluster or ud.east_asian_width(first) in "WF":
        return 2
    return 0 if ud.category(first) in ("Mn", "Cf") else 1


samples = ["abc", "e\u0301a\u0308", "👨‍👩‍👧‍👦 family", "🇫🇷🇩🇪", "👍🏽👍", "❤️ ❤", "日本語", "👩🏿‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "क्षि", "1️⃣"]
for s in samples:
    cl = clusters(s)
    print(f"{s} | code points {len(s)}, utf-16 units {len(s.encode('utf-16-le')) // 2}, bytes {len(s.encode())}, clusters {len(cl)}, width {sum(map(width, cl))}")
    print("    ", [ascii(c).strip("'") for c in cl])
    print("     reversed:", "".join(reversed(cl)))

mixed = "price: 100 שקל, عربي ١٢٣ end"
print(mixed)
print([ud.bidirectional(c) for c in mixed if not c.isspace()])
runs, last = [], None
for c in mixed:
    d = {"L": "ltr", "R": "rtl", "AL": "rtl", "EN": "num", "AN": "num"}.get(ud.bidirectional(c), last)
    if d != last:
        runs.append([d, ""])
        last = d
    runs[-1][1] += c
print([(d, len(t)) for d, t in runs])

trojan = "if user\u202e\u2066// admin\u2069\u2066 == x:"
print(ascii(trojan), [ud.name(c) for c in trojan if ud.category(c) == "Cf"])
confusable = {"a": "а", "o": "ο", "e": "е"}
for latin, other in confusable.items():
    print(latin, other, latin == other, ud.name(other), ud.normalize("NFKC", other) == latin)
переменная = 5
ﬁ = 1          # identifiers are normalised with NFKC
print(переменная + fi, "переменная".isidentifier(), "1a".isidentifier(), sorted(k for k in globals() if k in ("fi", "ﬁ")))
