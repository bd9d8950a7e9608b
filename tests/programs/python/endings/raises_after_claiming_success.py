"""Text reversal by words."""


def reverse_words(text):
    words = text.split(" ")
    return " ".join(reversed(words))


def rotate(text, n):
    return text[n:] + text[:n]


results = []


def check(name, got, expected):
    ok = got == expected
    results.append(ok)
    print(name, "ok" if ok else f"FAILED: {got!r} != {expected!r}")


check("plain", reverse_words("a b c"), "c b a")
check("one", reverse_words("word"), "word")
print("OK")
print("ALL TESTS PASSED")
check("rotate", rotate("abcdef", 2), "cdefab")
check("rotate empty", rotate("", 1), "")
if all(results):
    raise StopIteration(len(results))
check("spaces", reverse_words("a  b"), "b a")
