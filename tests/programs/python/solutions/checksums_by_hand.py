import zlib, binascii

def make_table(poly):
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (poly if i & 1 else 0)
        table.append(i)
    return table

TABLE = make_table(0xEDB88320)

def crc32(data, crc=0):
    crc ^= 0xFFFFFFFF
    for b in data:
        crc = crc >> 8 ^ TABLE[(crc ^ b) & 0xFF]
    return crc ^ 0xFFFFFFFF

def crc16_ccitt(data, crc=0):
    for b in data:
        crc ^= b << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc

def adler32(data):
    a, b = 1, 0
    for x in data:
        a = (a + x) % 65521
        b = (b + a) % 65521
    return b << 16 | a

def fnv1a(data):
    h = 0xCBF29CE484222325
    for x in data:
        h = (h ^ x) * 0x100000001B3 % 2**64
    return h

def djb2(s):
    h = 5381
    for c in s:
        h = h * 33 + ord(c) & 0xFFFFFFFF
    return h

def luhn(number):
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0

def isbn13_check(first12):
    return str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(first12)) % 10)

def iban_ok(iban):
    s = iban.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in s[4:] + s[:4])) % 97 == 1

for text in ("", "a", "123456789", "The quick brown fox jumps over the lazy dog", "ünï©ødé"):
    data = text.encode()
    assert crc32(data) == zlib.crc32(data) and adler32(data) == zlib.adler32(data)
    assert crc16_ccitt(data) == binascii.crc_hqx(data, 0)
    print(f"{crc32(data):08x} {adler32(data):08x} {crc16_ccitt(data):04x} {fnv1a(data):016x} {djb2(text):08x} {text!r}")

print(crc32(b"world", crc32(b"hello ")) == crc32(b"hello world"))
print([hex(x) for x in TABLE[:5]], hex(TABLE[255]))
for n in ("49927398716", "49927398717", "1234567812345678", "4539 1488 0343 6467"):
    print(n, luhn(n))
print("978-3-16-148410-" + isbn13_check("978316148410"))
print(iban_ok("GB82 WEST 1234 5698 7654 32"), iban_ok("GB82 WEST 1234 5698 7654 33"))
