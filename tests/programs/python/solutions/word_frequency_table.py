import sys
import string
from collections import Counter

STOP = {"the", "a", "and", "of", "to", "in", "it", "was", "is"}


def words(stream):
    table = str.maketrans("", "", string.punctuation.replace("'", ""))
    for line in stream:
        for word in line.lower().translate(table).split():
            word = word.strip("'")
            if word:
                yield word


def main() -> None:
    counts = Counter(words(sys.stdin))
    total = sum(counts.values())
    print(f"{total} words, {len(counts)} different")

    interesting = [(w, c) for w, c in counts.items() if w not in STOP]
    interesting.sort(key=lambda pair: (-pair[1], pair[0]))

    width = max(len(w) for w, _ in interesting[:12])
    for word, count in interesting[:12]:
        share = 100 * count / total
        print(f"{word:<{width}} {count:>4} {share:5.2f}% {'*' * count}")

    lengths = Counter(len(w) for w in counts.elements())
    print("by length:", dict(sorted(lengths.items())))
    longest = max(counts, key=lambda w: (len(w), w))
    print("longest:", longest)
    print("only once:", ", ".join(sorted(w for w in counts if counts[w] == 1)[:15]))


if __name__ == "__main__":
    main()
