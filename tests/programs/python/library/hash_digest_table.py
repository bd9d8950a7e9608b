import hashlib
import io
import zlib

MESSAGES = [b"", b"abc", "Zwölf Boxkämpfer".encode(), bytes(range(256)) * 40]
NAMES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s"]

for name in NAMES:
    h = hashlib.new(name)
    print(f"{h.name:<9} digest {h.digest_size:>2} block {h.block_size}")
    for m in MESSAGES:
        print("   ", hashlib.new(name, m).hexdigest()[:48])

for xof in (hashlib.shake_128, hashlib.shake_256):
    print(xof(b"stretch").hexdigest(20))

# in pieces, with a copy taken on the way
h = hashlib.sha256()
for piece in (b"The quick ", b"brown fox ", b"jumps"):
    h.update(piece)
fork = h.copy()
fork.update(b"!")
print(h.hexdigest() == hashlib.sha256(b"The quick brown fox jumps").hexdigest(), fork.hexdigest()[:16])

print(hashlib.blake2b(b"data", key=b"secret", digest_size=12, salt=b"pepper", person=b"app").hexdigest())
print(hashlib.blake2s(b"leaf", fanout=2, depth=2, leaf_size=64, node_offset=1, node_depth=0, inner_size=32, last_node=True).hexdigest())
print(hashlib.file_digest(io.BytesIO(b"x" * 100_000), "sha256").hexdigest())
print(f"{zlib.crc32(MESSAGES[3]):08x} {zlib.adler32(MESSAGES[3]):08x}")

def chain(seed: bytes, rounds: int) -> str:
    for _ in range(rounds):
        seed = hashlib.sha256(seed, usedforsecurity=False).digest()
    return seed.hex()

print(chain(b"start", 1000))

def merkle(leaves):
    level = [hashlib.sha256(b"\0" + l).digest() for l in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2])
        level = [hashlib.sha256(b"\1" + a + b).digest() for a, b in pairs] + level[len(level) // 2 * 2:]
    return level[0].hex()

print(merkle([b"a", b"b", b"c", b"d", b"e"]))
print(set(NAMES) <= hashlib.algorithms_guaranteed)
try:
    hashlib.new("md17")
except ValueError as e:
    print("ValueError")
try:
    hashlib.sha256("text")
except TypeError as e:
    print("TypeError:", e)
