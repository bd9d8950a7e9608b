import heapq
from collections import Counter
from math import log2


def build_tree(freq):
    heap = [(n, i, ch) for i, (ch, n) in enumerate(sorted(freq.items()))]
    heapq.heapify(heap)
    next_id = len(heap)
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (a[0] + b[0], next_id, (a, b)))
        next_id += 1
    return heap[0]


def codes(node, prefix=""):
    _, _, content = node
    if isinstance(content, str):
        return {content: prefix or "0"}
    return codes(content[0], prefix + "0") | codes(content[1], prefix + "1")


def encode(text):
    tree = build_tree(Counter(text))
    table = codes(tree)
    bits = "".join(table[c] for c in text)
    data = int("1" + bits, 2)
    return tree, data.to_bytes((data.bit_length() + 7) // 8, "big")


def decode(tree, data):
    bits = bin(int.from_bytes(data, "big"))[3:]
    out, node = [], tree
    for b in bits:
        if not isinstance(node[2], str):
            node = node[2][int(b)]
        if isinstance(node[2], str):
            out.append(node[2])
            node = tree
    return "".join(out)


text = "this is an example for huffman encoding"
tree, data = encode(text)
table = codes(tree)
freq = Counter(text)
for ch, code in sorted(table.items(), key=lambda kv: (len(kv[1]), kv[1])):
    print(f"{ch!r} {freq[ch]:>2} {code}")
print(len(text), "bytes ->", len(data), "bytes:", data.hex())
assert decode(tree, data) == text

entropy = -sum(n / len(text) * log2(n / len(text)) for n in freq.values())
average = sum(freq[c] * len(table[c]) for c in freq) / len(text)
print(f"entropy {entropy:.4f}, average length {average:.4f}")
assert entropy <= average < entropy + 1

for sample in ("aaaaaaa", "ab", "The quick brown fox jumps over the lazy dog. " * 5, "αβγαβα ✓✓"):
    tree, data = encode(sample)
    print(repr(sample[:20]), len(sample.encode()), len(data), decode(tree, data) == sample)

# no code may be the beginning of another one
values = sorted(table.values())
print(any(b.startswith(a) for a, b in zip(values, values[1:])), sum(2.0 ** -len(v) for v in values))
