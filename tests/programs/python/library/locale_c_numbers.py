"""The C locale: what formatting and parsing look like without any country."""
import locale

print(locale.setlocale(locale.LC_ALL, "C"))
conv = locale.localeconv()
for key in ("decimal_point", "thousands_sep", "grouping", "currency_symbol", "int_curr_symbol", "negative_sign"):
    print(key, repr(conv[key]))

print(locale.format_string("%d items at %.2f", (1234567, 9.5), grouping=True))
print(locale.format_string("%(n)8d|%(s)-5s|%%", {"n": 42, "s": "ab"}), locale.str(3.14159), locale.str(1e20))
print(locale.atof("1234.5") * 2, locale.atoi("-17"), locale.delocalize("12.5"), locale.localize("1234.5", grouping=True))
try:
    locale.atof("1,5")
except ValueError as e:
    print("ValueError:", e)
try:
    locale.currency(5)
except ValueError as e:
    print("ValueError:", e)

words = ["Zebra", "apple", "Äpfel", "zoo", "Apple"]
print(sorted(words, key=locale.strxfrm) == sorted(words), locale.strcoll("a", "b") < 0, locale.strcoll("b", "b"))
for name in ("de_DE", "en_US.utf8", "pt_br", "japanese", "fr_FR.ISO8859-1", "de_DE@euro", "unknown_XX"):
    print(name, "->", locale.normalize(name))
print(f"{1234567.891:n} {12345678:n}", locale.getlocale(locale.LC_NUMERIC))

# A country made by hand, through the module's override.
conv.update(decimal_point=",", thousands_sep=".", grouping=[3, 3, 0], mon_decimal_point=",", mon_thousands_sep=".", mon_grouping=[3, 3, 0],
            currency_symbol="EUR", int_curr_symbol="EUR ", frac_digits=2, p_cs_precedes=0, n_cs_precedes=0, p_sep_by_space=1, n_sep_by_space=1,
            p_sign_posn=1, n_sign_posn=1, positive_sign="", negative_sign="-")
locale._override_localeconv = conv
print(locale.format_string("%.2f", 1234567.891, grouping=True), locale.currency(-98765.4, grouping=True), locale.atof("1.234,5"))
