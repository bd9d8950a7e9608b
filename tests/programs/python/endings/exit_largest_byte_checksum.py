import sys


def fletcher16(data):
    a = b = 0
    for byte in data:
        a = (a + byte) % 255
        b = (b + a) % 255
    return b << 8 | a


blocks = {
    "header": (b"PK-like header\x00\x01\x02", 0x41FD),
    "body": (bytes(range(256)) * 3, None),
    "footer": (b"end of data", 0x1BFD),
}

bad = 0
for name, (data, expected) in blocks.items():
    got = fletcher16(data)
    if expected is None:
        print(f"{name:>7} {got:04x} unchecked")
        continue
    state = "ok" if got == expected else "MISMATCH"
    bad += state != "ok"
    print(f"{name:>7} {got:04x} expected {expected:04x} {state}")

print("bad blocks:", bad)
sys.exit(255 if bad else 0)
