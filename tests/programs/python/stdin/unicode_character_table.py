import sys
import unicodedata

for line in sys.stdin:
    line = line.rstrip("\n")
    print(f"{line!r} ({len(line)} characters, {len(line.encode('utf-8'))} bytes)")
    for ch in line:
        print(f"  U+{ord(ch):04X} {unicodedata.category(ch)} {unicodedata.east_asian_width(ch):2} "
              f"{unicodedata.name(ch, '?')}")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        n = unicodedata.normalize(form, line)
        print(" ", form, len(n), ascii(n))
    print("  upper", line.upper(), "lower", line.lower(), "fold", line.casefold(), "title", line.title())
    print("  alpha", line.isalpha(), "ident", line.isidentifier(), "num", line.isnumeric())
