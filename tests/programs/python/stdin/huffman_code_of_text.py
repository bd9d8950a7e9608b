import heapq, sys
from collections import Counter

text = sys.stdin.read()
freq = Counter(text)
heap = [(n, ch, ch) for ch, n in freq.items()]
heapq.heapify(heap)
while len(heap) > 1:
    a = heapq.heappop(heap)
    b = heapq.heappop(heap)
    heapq.heappush(heap, (a[0] + b[0], min(a[1], b[1]), (a[2], b[2])))

codes = {}

def walk(node, code):
    if isinstance(node, str):
        codes[node] = code or "0"
    else:
        walk(node[0], code + "0")
        walk(node[1], code + "1")

walk(heap[0][2], "")
bits = "".join(codes[c] for c in text)
for ch in sorted(codes, key=lambda c: (len(codes[c]), codes[c])):
    print(f"{ch!r:>6} {freq[ch]:4d} {codes[ch]}")
print(len(text) * 8, "->", len(bits), f"{len(bits) / len(text):.4f} bits each")
packed = int("1" + bits, 2).to_bytes((len(bits) + 8) // 8, "big")
print(packed[:24].hex(" "))

# and back
stream = bin(int.from_bytes(packed, "big"))[3:]
back, node = [], heap[0][2]
for bit in stream:
    node = node[bit == "1"]
    if isinstance(node, str):
        back.append(node)
        node = heap[0][2]
print("same text again:", "".join(back) == text)
