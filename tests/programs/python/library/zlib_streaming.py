import random
import zlib

rng = random.Random(3)
words = ["alpha", "beta", "gamma", "delta", "omega"]
text = " ".join(rng.choice(words) for _ in range(4000)).encode()
noise = rng.randbytes(5000)

for label, data in (("text", text), ("noise", noise), ("zeros", bytes(50_000)), ("empty", b"")):
    for level in (0, 1, 6, 9):
        packed = zlib.compress(data, level)
        assert zlib.decompress(packed) == data
        verdict = "smaller" if len(packed) < len(data) else "not smaller"
        print(f"{label:6} level {level}: {verdict}, adler {zlib.adler32(data):08x}")

# piece by piece
co = zlib.compressobj(wbits=-15)
parts = [co.compress(text[i:i + 777]) for i in range(0, len(text), 777)]
parts.append(co.flush(zlib.Z_SYNC_FLUSH))
fork = co.copy()
one = b"".join(parts) + co.compress(b"END ONE") + co.flush()
two = b"".join(parts) + fork.compress(b"END TWO") + fork.flush()
for blob in (one, two):
    de = zlib.decompressobj(wbits=-15)
    out = b""
    pending = blob + b"trailing"
    steps = 0
    while pending and not de.eof:
        out += de.decompress(pending, 4096)
        pending = de.unconsumed_tail
        steps += 1
    print(len(out), out[-7:], de.eof, de.unused_data, steps > 1)

gz = zlib.compressobj(9, zlib.DEFLATED, 31)
blob = gz.compress(b"in a gzip frame") + gz.flush()
print(blob[:2].hex(), zlib.decompress(blob, 47))

d = zlib.compressobj(zdict=b"alpha beta gamma delta omega ")
blob = d.compress(b"gamma delta") + d.flush()
print(zlib.decompressobj(zdict=b"alpha beta gamma delta omega ").decompress(blob))

good = bytearray(zlib.compress(b"payload payload"))
for spoil in ("cut", "flip", "junk"):
    blob = {"cut": good[:-3], "flip": good[:-1] + bytes([good[-1] ^ 1]), "junk": b"not zlib at all"}[spoil]
    try:
        zlib.decompress(blob)
    except zlib.error as e:
        print(spoil, "->", e)
crc = 0
for i in range(0, len(text), 100):
    crc = zlib.crc32(text[i:i + 100], crc)
print(crc == zlib.crc32(text), f"{crc:#010x}")
