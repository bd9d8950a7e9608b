from itertools import groupby
import re


def encode(text: str) -> str:
    """
    Run-length encode a string.

    >>> encode("WWWWBBBW")
    '4W3BW'
    """
    return "".join((str(n) if (n := len(list(g))) > 1 else "") + ch for ch, g in groupby(text))


def decode(code: str) -> str:
    """
    >>> decode('4W3BW')
    'WWWWBBBW'
    """
    return re.sub(r"(\d+)(\D)", lambda m: int(m[1]) * m[2], code)


def pack_bits(data: bytes) -> bytes:
    """PackBits: a literal block is n-1 then n bytes, a run is 257-n then the byte."""
    out = bytearray()
    i = 0
    while i < len(data):
        run = 1
        while i + run < len(data) and run < 128 and data[i + run] == data[i]:
            run += 1
        if run > 2:
            out += bytes([257 - run, data[i]])
            i += run
            continue
        start = i
        while i < len(data) and i - start < 128 and data[i:i + 3] != data[i:i + 1] * 3:
            i += 1
        out.append(i - start - 1)
        out += data[start:i]
    return bytes(out)


def unpack_bits(packed: bytes) -> bytes:
    out = bytearray()
    it = iter(packed)
    for n in it:
        if n < 128:
            out += bytes(next(it) for _ in range(n + 1))
        elif n > 128:
            out += bytes([next(it)]) * (257 - n)
    return bytes(out)


line = "W" * 12 + "B" + "W" * 12 + "B" * 3 + "W" * 24 + "B" + "W" * 14
print(encode(line), len(line), "->", len(encode(line)))
assert decode(encode(line)) == line
for word in ("", "abc", "aabbb", "😀😀😀é", "\n\n\n  "):
    print(repr(word), repr(encode(word)), decode(encode(word)) == word)

sample = bytes.fromhex("AAAAAA80002AAAAAAAAA80002A22AAAAAAAAAAAAAAAAAAAA")
packed = pack_bits(sample)
print(packed.hex(" ").upper())
print(unpack_bits(packed) == sample, len(sample), len(packed))
big = bytes(i * i // 50 % 7 for i in range(1000))
print(len(pack_bits(big)), unpack_bits(pack_bits(big)) == big)
