import base64
import binascii

data = b"Many hands make light work.\x00\xff\xfe~"
codecs = [
    ("b16", base64.b16encode, base64.b16decode),
    ("b32", base64.b32encode, base64.b32decode),
    ("b32hex", base64.b32hexencode, base64.b32hexdecode),
    ("b64", base64.b64encode, base64.b64decode),
    ("urlsafe", base64.urlsafe_b64encode, base64.urlsafe_b64decode),
    ("a85", base64.a85encode, base64.a85decode),
    ("b85", base64.b85encode, base64.b85decode),
    ("z85", base64.z85encode, base64.z85decode),
    ("uu", lambda b: binascii.b2a_uu(b), binascii.a2b_uu),
    ("hex", lambda b: binascii.hexlify(b, ":"), lambda b: binascii.unhexlify(b.replace(b":", b""))),
    ("qp", binascii.b2a_qp, binascii.a2b_qp),
]
for name, enc, dec in codecs:
    e = enc(data)
    print(f"{name:8} {len(e):3} {e.decode('ascii')!r} {dec(e) == data}")

for n in range(5):
    print(n, base64.b64encode(b"x" * n), base64.b32encode(b"x" * n), base64.b85encode(b"x" * n), base64.a85encode(b"\0" * n))
print(base64.b64encode(data, altchars=b"-_"), base64.b32decode("mfrgg===", casefold=True))
print(base64.encodebytes(bytes(range(90))).decode(), end="")
print(base64.a85encode(b"    spaces    ", foldspaces=True, wrapcol=8, adobe=True))

bad = [
    (base64.b64decode, (b"abc",)), (base64.b64decode, (b"ab!c", None, True)), (base64.b64decode, (b"ab$=",)),
    (base64.b32decode, (b"ABCDE",)), (base64.b16decode, (b"0g",)), (base64.b16decode, (b"ab",)),
    (base64.b85decode, (b"~~~~~~",)), (base64.b85decode, (b"ab c",)), (base64.a85decode, (b"vvvvv",)), (binascii.unhexlify, (b"abc",)), (binascii.a2b_uu, (b"\x7f\x7f",)),
]
for fn, args in bad:
    try:
        print(fn.__name__, fn(*args))
    except ValueError as e:
        print(fn.__name__, type(e).__name__, e)
print(hex(binascii.crc_hqx(data, 0)), hex(binascii.crc32(data)), binascii.crc32(data[5:], binascii.crc32(data[:5])) == binascii.crc32(data))
