import sys
import string
from collections import Counter

counts = Counter()
lines = 0
for line in sys.stdin:
    lines += 1
    for raw in line.split():
        word = raw.strip(string.punctuation).lower()
        if word:
            counts[word] += 1

print("lines:", lines)
print("words:", sum(counts.values()))
print("distinct:", len(counts))
width = max(map(len, counts))
for word, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:20]:
    print(f"{word:>{width}} {n:4d} {'#' * n}")

by_length = Counter()
for word, n in counts.items():
    by_length[len(word)] += n
for length in sorted(by_length):
    print(length, by_length[length], sep="\t")
