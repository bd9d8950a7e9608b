import hashlib
import math


class BloomFilter:
    """Probabilistic set: no false negatives, few false positives."""

    def __init__(self, expected: int, error: float):
        self.size = math.ceil(-expected * math.log(error) / math.log(2) ** 2)
        self.hashes = max(1, round(self.size / expected * math.log(2)))
        self.bits = bytearray((self.size + 7) // 8)
        self.added = 0

    def _positions(self, item: str):
        digest = hashlib.sha256(item.encode("utf-8")).digest()
        a = int.from_bytes(digest[:8], "big")
        b = int.from_bytes(digest[8:16], "big") | 1
        for i in range(self.hashes):
            yield (a + i * b) % self.size

    def add(self, item: str) -> None:
        for p in self._positions(item):
            self.bits[p >> 3] |= 1 << (p & 7)
        self.added += 1

    def __contains__(self, item: str) -> bool:
        return all(self.bits[p >> 3] >> (p & 7) & 1 for p in self._positions(item))

    @property
    def fill(self) -> float:
        return sum(b.bit_count() for b in self.bits) / self.size


def main():
    fruit = ["apple", "pear", "plum", "cherry", "fig", "naïve", "桃"]
    small = BloomFilter(10, 0.01)
    print("bits:", small.size, "hashes:", small.hashes)
    for f in fruit:
        small.add(f)
    print("all found:", all(f in small for f in fruit))
    print([w for w in ("banana", "grape", "kiwi", "Apple") if w in small])
    print("bits:", small.bits.hex())

    big = BloomFilter(2000, 0.02)
    for i in range(2000):
        big.add(f"user-{i}@example.com")
    missing = sum(f"user-{i}@example.com" not in big for i in range(2000))
    wrong = sum(f"guest-{i}@example.com" in big for i in range(5000))
    print(f"size {big.size}, k {big.hashes}, fill {big.fill:.4f}")
    print(f"missing {missing}, false positives {wrong} of 5000 ({wrong / 50:.2f}%)")

    for name in ("md5", "sha1", "sha224", "sha3_256", "blake2b"):
        print(f"{name:9}", hashlib.new(name, b"bloom").hexdigest()[:32])


main()
