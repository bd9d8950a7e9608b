"""Plugins register through __init_subclass__, no metaclass needed."""
from __future__ import annotations

import sys

class Codec:
    _by_name: dict[str, type[Codec]] = {}
    name = "?"

    def __init_subclass__(cls, /, name=None, aliases=(), **kwargs):
        super().__init_subclass__(**kwargs)
        cls.name = name or cls.__name__.lower()
        for key in (cls.name, *aliases):
            if key in cls._by_name:
                raise TypeError(f"codec {key!r} already defined by {cls._by_name[key].__qualname__}")
            cls._by_name[key] = cls

    @classmethod
    def get(cls, name):
        return cls._by_name[name]()

    def encode(self, s: str) -> str:
        raise NotImplementedError

    def decode(self, s: str) -> str:
        raise NotImplementedError

class Rot13(Codec, aliases=("rot-13", "caesar")):
    def encode(self, s):
        return s.translate(self._table)

    decode = encode
    _table = {}
    for a in "Aa":
        for i in range(26):
            _table[ord(a) + i] = ord(a) + (i + 13) % 26

class Reverse(Codec, name="rev"):
    def encode(self, s):
        return s[::-1]

    decode = encode

class Hex(Codec):
    def encode(self, s):
        return s.encode().hex(" ", 2)

    def decode(self, s):
        return bytes.fromhex(s).decode()

class RunLength(Codec, name="rle"):
    def encode(self, s):
        from itertools import groupby
        return "".join(f"{len(list(g))}{c}" for c, g in groupby(s))

    def decode(self, s):
        import re
        return "".join(c * int(n) for n, c in re.findall(r"(\d+)(\D)", s))

for line in sys.stdin:
    codec, _, text = line.rstrip("\n").partition(" ")
    try:
        c = Codec.get(codec)
    except KeyError:
        print(f"{codec}: no such codec (have {', '.join(sorted(Codec._by_name))})")
        continue
    enc = c.encode(text)
    print(f"{codec:>8} | {text} -> {enc} -> {c.decode(enc)}")

try:
    class Again(Codec, name="rev"):
        pass
except TypeError as e:
    print("TypeError:", e)

try:
    class Unknown(Codec, colour="red"):
        pass
except TypeError as e:
    print("TypeError:", e)
