s = "  The quick brown fox jumps over the lazy dog. The end.  "
t = s.strip()
print(repr(t), len(s), len(t))
print(t.upper(), t.lower(), t.title(), t.swapcase(), t.capitalize(), sep="\n")
print(t.count("The"), t.find("fox"), t.rfind("The"), t.find("cat"), t.index("o"), t.count(""))
print(t.startswith(("A", "The")), t.endswith("."), t.startswith("quick", 4))
print(t.replace("The", "A"), t.replace("The", "A", 1), t.replace("", "-")[:9])
print(t.split(), t.split(" ", 2), t.rsplit(" ", 2), t.split("The"))
print("a,b,,c,".split(","), ",".split(","), "".split(","), "".split(), " a  b ".split(" "))
print("one\ntwo\r\nthree\x0bfour\u2028five".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines())
print(t.partition("fox"), t.rpartition("The"), "abc".partition("x"), "abc".rpartition("x"))
print("-".join("abc"), "".join(reversed("stressed")), ", ".join(["only"]))
print("abc".center(11, "*"), "abc".ljust(6) + "|", "abc".rjust(6, "."), "42".zfill(5), "-42".zfill(5), "+".zfill(3))
print("xxhixx".strip("x"), "www.example.com".lstrip("w."), "mississippi".rstrip("ip"), repr("\t \n".strip()))
print("prefix-body-suffix".removeprefix("prefix-").removesuffix("-suffix"), "abc".removeprefix("x"))
print("a\tbc\td".expandtabs(4), "01\t012\t0123\t01234".expandtabs(), repr("\ta".expandtabs(0)))
print("Straße".casefold(), "Straße".upper(), "ΑΣ".lower(), "ǆ".title(), "İ".lower().encode("unicode_escape"), "ﬁ".upper())

for name in "isalpha isdigit isdecimal isnumeric isalnum isspace isupper islower istitle isidentifier isprintable isascii".split():
    row = [getattr(w, name)() for w in ("abc", "ABC", "Abc Def", "123", "½", "²", "٣", "a1", "", " ", "\n", "é", "_x", "def")]
    print(f"{name:>13} {''.join('.X'[r] for r in row)}")

table = str.maketrans({"a": "4", "e": "3", "o": None, "l": "<L>"})
print("hello aeolian".translate(table), "abc".translate(str.maketrans("ab", "xy", "c")))
print("b" * 3 + "c", "ab" in "cabd", "x" * -1 == "", "abc" < "abd" < "b", max("hello"), sorted("hello"), "é" > "z")
print("abc"[::-1], "abcdef"[1:-1:2], "abc"[5:], "%s" % "x", "a" "b", "\x41\u0042\N{LATIN CAPITAL LETTER C}\103")
print(ascii("naïve ☃ 😀"), repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\0\x1f\x7f\x80\u200b\ud800"))
print("a{}c".format("b"), "{:>5}".format("r"), str(b"x", "ascii"), str(object)[:7], "abc".encode().hex())
for bad in (lambda: "a".join([1]), lambda: "abc".index("z"), lambda: "a" + 1, lambda: "abc"[3], lambda: "a".split(""), lambda: "a".center(5, "xy"), lambda: chr(0x110000), lambda: ord("ab")):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, "-", e)
