import array
import binascii
import struct


def hexdump(data, width=8):
    for off in range(0, len(data), width):
        row = data[off:off + width]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        print(f"{off:04x}  {row.hex(' '):<{width * 3}} |{text}|")


b = b"Hello, \xe4\xf6\xfc\x00\xff world"
hexdump(b)
print(b, len(b), b[0], b[:5], b[-1:], list(b[:3]), 0xff in b, b"lo" in b)
print(b.decode("latin-1").encode("utf-8"), b.split(b" "), b.replace(b"l", b"L"), b.find(b"\x00"))
print(b.upper(), b.translate(None, b"lo"), b.translate(bytes(reversed(range(256))))[:4], bytes.maketrans(b"ab", b"xy")[97:99])
print(bytes(3), bytes([65, 66]), bytes("é", "utf8"), bytes(range(5)), b"abc" * 2, b"a" b"b", b"%b-%02x" % (b"z", 10))
print(bytes.fromhex("de ad BE EF"), b"\xde\xad".hex(), b"\x01\x02\x03\x04\x05".hex(":", 2), b"".hex())
print(b"a,b,c".partition(b","), b"x".join([b"1", b"2"]), b"abc" < b"abd", b"abc" == "abc", b"aB1".isalnum(), b" \t".isspace())

ba = bytearray(b"spam")
ba[0] = ord("S")
ba += b" and eggs"
ba.append(33)
ba.extend([33, 33])
ba[5:8] = b"&"
del ba[-2:]
print(ba, ba.pop(), len(ba))
ba.insert(0, 0x2a)
ba[::2] = b"_" * len(ba[::2])
print(ba, bytes(ba).count(b"_"))
ba.reverse()
ba.resize(6)
print(ba)

# memoryview shares the buffer
buf = bytearray(range(12))
mv = memoryview(buf)
mv[2:4] = b"\xaa\xbb"
print(buf.hex(), mv[1], mv[::4].tolist(), mv.nbytes, mv.readonly, memoryview(b"x").readonly)
grid = mv.cast("B", shape=[3, 4])
print(grid.tolist(), grid[1, 2], grid.ndim, grid.strides)
words = memoryview(struct.pack("<3h", 1, -2, 300)).cast("h")
print(words.tolist(), words.itemsize, words.format)
try:
    buf.append(1)
except BufferError as e:
    print("BufferError:", e)
grid.release()
mv.release()
buf.append(1)
print(len(buf))

print(struct.pack(">IhB", 0xCAFEBABE, -2, 7).hex(), struct.unpack("<d", struct.pack("<d", 0.1)), struct.calcsize(">IhB"))
print((1000).to_bytes(2, "big"), int.from_bytes(b"\xfc\x18", "big", signed=True), (-1).to_bytes(3, "little", signed=True))
print(binascii.crc32(b"hello"), binascii.b2a_base64(b"hello"), array.array("H", [1, 2, 515]).tobytes())
for bad in (lambda: bytes([256]), lambda: b"a" + "b", lambda: bytes("x"), lambda: bytes.fromhex("abc"), lambda: b"abc".decode("utf-16"), lambda: b"\xff".decode(), lambda: ba.index(b"zz"), lambda: (256).to_bytes(1), lambda: hash(ba)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, "-", e)
