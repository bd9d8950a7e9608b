# differs: modules that need a library or a system which is not there
from typing import Iterator, NamedTuple


class Match(NamedTuple):
    offset: int
    length: int
    next: str

    def __str__(self):
        return f"({self.offset},{self.length},{self.next!r})"


def compress(text: str, window: int = 64, lookahead: int = 15) -> Iterator[Match]:
    pos = 0
    while pos < len(text):
        best_offset = best_length = 0
        for start in range(max(0, pos - window), pos):
            length = 0
            while length < lookahead and pos + length < len(text) - 1 and text[start + length] == text[pos + length]:
                length += 1
            if length >= best_length and length:
                best_offset, best_length = pos - start, length
        yield Match(best_offset, best_length, text[pos + best_length])
        pos += best_length + 1


def decompress(matches) -> str:
    out = []
    for m in matches:
        for _ in range(m.length):
            out.append(out[-m.offset])      # may overlap with what is being written
        out.append(m.next)
    return "".join(out)


def lzw_compress(data: bytes) -> list[int]:
    table = {bytes([i]): i for i in range(256)}
    out, w = [], b""
    for b in data:
        wb = w + bytes([b])
        if wb in table:
            w = wb
        else:
            out.append(table[w])
            table[wb] = len(table)
            w = bytes([b])
    return out + [table[w]] if w else out


def lzw_decompress(codes: list[int]) -> bytes:
    table = {i: bytes([i]) for i in range(256)}
    w = out = table[codes[0]]
    for c in codes[1:]:
        if c not in table and c != len(table):
            raise ValueError(f"bad code {c}")
        entry = table.get(c, w + w[:1])
        out += entry
        table[len(table)] = w + entry[:1]
        w = entry
    return out


for text in ("abracadabra abracadabra", "aaaaaaaaaaaaaaaaaaaaaaaa", "no repeats", "x",
             "She sells sea shells by the sea shore. The shells she sells are sea shells."):
    packed = list(compress(text))
    assert decompress(packed) == text
    print(f"{len(text)} characters, {len(packed)} triples")
    print("  ", *packed[:9], "..." if len(packed) > 9 else "")

codes = lzw_compress(b"TOBEORNOTTOBEORTOBEORNOT")
print(codes)
print(lzw_decompress(codes))
for data in (b"aaaa", bytes(range(256)) * 3, b"ab" * 500):
    codes = lzw_compress(data)
    print(len(data), len(codes), lzw_decompress(codes) == data)
try:
    lzw_decompress([65, 999])
except ValueError as e:
    print("ValueError:", e)

import zlib, bz2, lzma
big = "".join(f"{i * i} " for i in range(500)).encode()
for module in (zlib, bz2, lzma):
    assert module.decompress(module.compress(big)) == big
print(len(big), zlib.adler32(big), len(list(compress(big.decode()[:400]))))
