"""Count the words of standard input and print the most common ones."""
import re
import string
import sys
from collections import Counter

STOP_WORDS = {"the", "a", "an", "of", "and", "to", "in", "is", "it", "that"}


def words(text):
    for match in re.finditer(r"[A-Za-z]+(?:'[a-z]+)?", text):
        yield match.group().lower()


def main():
    text = sys.stdin.read()
    counts = Counter(words(text))
    total = sum(counts.values())
    print(f"{total} words, {len(counts)} different")

    interesting = Counter({w: n for w, n in counts.items() if w not in STOP_WORDS})
    ranking = sorted(interesting.items(), key=lambda item: (-item[1], item[0]))
    for word, n in ranking[:12]:
        print(f"{word:<12} {n:>3} {'#' * n}")

    letters = Counter(c for c in text.lower() if c in string.ascii_lowercase)
    print("letters:", " ".join(f"{c}{letters[c]}" for c in string.ascii_lowercase if letters[c]))
    missing = [c for c in string.ascii_lowercase if c not in letters]
    print("never used:", ", ".join(missing) or "none")
    punctuation = Counter(c for c in text if c in string.punctuation)
    for mark in sorted(punctuation):
        print(repr(mark), punctuation[mark])
    lengths = Counter(len(w) for w in counts)
    for length in sorted(lengths):
        print(f"length {length:2}: {lengths[length]}")


if __name__ == "__main__":
    main()
