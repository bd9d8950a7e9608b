"""Counts words, with a mistake that only the compiler's symbol table finds."""
print("before")

counts = {}


def count(words):
    nonlocal counts
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return len(counts)


print(count("a b a c".split()))
print("after")
