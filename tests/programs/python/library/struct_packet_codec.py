"""Encode and decode a small binary protocol."""
import binascii
import struct
from collections import namedtuple

HEADER = struct.Struct("!2sBBHI")
Header = namedtuple("Header", "magic version kind length checksum")

KINDS = {1: "text", 2: "point", 3: "samples"}


def pack(kind, payload):
    body = HEADER.pack(b"PK", 2, kind, len(payload), binascii.crc32(payload)) + payload
    return body + b"\0" * (-len(body) % 4)


def unpack_all(data):
    pos = 0
    while pos < len(data):
        h = Header._make(HEADER.unpack_from(data, pos))
        if h.magic != b"PK":
            raise ValueError(f"bad magic {h.magic!r} at {pos}")
        start = pos + HEADER.size
        payload = data[start:start + h.length]
        yield h, payload, binascii.crc32(payload) == h.checksum
        pos = start + h.length
        pos += -pos % 4


stream = pack(1, "grüße".encode()) + pack(2, struct.pack("<3d", 1.5, -0.25, 1e10)) + pack(3, struct.pack(">5h", *range(-20000, 20001, 10000)))
print(len(stream), stream.hex(" ", 4))
broken = bytearray(stream)
broken[-2] ^= 0xFF
for data in (stream, bytes(broken)):
    for h, payload, ok in unpack_all(data):
        name = KINDS[h.kind]
        if name == "text":
            value = payload.decode()
        elif name == "point":
            value = struct.unpack("<3d", payload)
        else:
            value = [v for v, in struct.iter_unpack(">h", payload)]
        print(name, h.length, f"{h.checksum:08x}", ok, value)

print(struct.calcsize("<bhiq"), struct.calcsize("=ci"), struct.calcsize("!4x3sH"))
print(struct.pack("<e", 1 / 3).hex(), struct.pack(">f", 0.1).hex(), struct.unpack(">f", b"\x7f\x80\0\0"))
print(struct.pack("5s3p", b"abcdefgh", b"xyz"), struct.pack("<??", True, []), struct.pack(">Q", 2**64 - 1))
buf = bytearray(8)
struct.pack_into("<Hh", buf, 3, 65535, -2)
print(buf)
for fmt, args in (("B", (256,)), ("<h", (40000,)), ("<i", ("x",)), ("2s", (1,)), ("<2i", (1,)), ("y", ())):
    try:
        struct.pack(fmt, *args)
    except struct.error as e:
        print(fmt, "->", e)
try:
    list(unpack_all(b"ZZ" + stream[2:]))
except ValueError as e:
    print(e)
