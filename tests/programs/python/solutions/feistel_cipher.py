"""XOR cipher, a toy Feistel network and RC4. For teaching only."""
import hashlib
from itertools import cycle


def xor(data: bytes, key: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, cycle(key)))


def crack_single_byte(data: bytes):
    def score(text):
        return sum(c in b"etaoin shrdlu" for c in text.lower())
    key = max(range(256), key=lambda k: score(xor(data, bytes([k]))))
    return key, xor(data, bytes([key]))


def rounds(key: bytes, n: int):
    return [hashlib.sha256(key + bytes([i])).digest()[:4] for i in range(n)]


def feistel_block(block: bytes, subkeys) -> bytes:
    left, right = block[:4], block[4:]
    for k in subkeys:
        f = hashlib.md5(right + k).digest()[:4]
        left, right = right, xor(left, f)
    return right + left


def encrypt(text: bytes, key: bytes, iv: bytes) -> bytes:
    pad = 8 - len(text) % 8
    text += bytes([pad]) * pad
    out, prev, keys = b"", iv, rounds(key, 8)
    for i in range(0, len(text), 8):
        prev = feistel_block(xor(text[i:i + 8], prev), keys)
        out += prev
    return out


def decrypt(code: bytes, key: bytes, iv: bytes) -> bytes:
    out, prev, keys = b"", iv, rounds(key, 8)[::-1]
    for i in range(0, len(code), 8):
        out += xor(feistel_block(code[i:i + 8], keys), prev)
        prev = code[i:i + 8]
    if not 1 <= out[-1] <= 8 or out[-out[-1]:] != bytes([out[-1]]) * out[-1]:
        raise ValueError("bad padding")
    return out[:-out[-1]]


def rc4(key: bytes, data: bytes) -> bytes:
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out)


message = "Attack at dawn – bring ☕".encode()
print(xor(b"hello", b"key").hex(), xor(xor(b"hello", b"key"), b"key"))
print(crack_single_byte(xor(b"Cooking is like a pound of bacon, isn't it", b"X")))
iv = bytes(range(8))
code = encrypt(message, b"secret", iv)
print(len(message), len(code), code.hex())
print(decrypt(code, b"secret", iv).decode())
one = bin(int.from_bytes(code, "big") ^ int.from_bytes(encrypt(message, b"secreu", iv), "big")).count("1")
print("bits that change with another key:", one, "of", len(code) * 8)
try:
    print(decrypt(code, b"wrong", iv))
except ValueError as e:
    print("ValueError:", e)
assert rc4(b"Key", b"Plaintext").hex().upper() == "BBF316E8D940AF0AD3"
print(rc4(b"Wiki", b"pedia").hex(), rc4(b"Secret", rc4(b"Secret", message)) == message)
