"""Signed tokens in the manner of JWT, and PBKDF2 made from hmac alone."""
import base64
import hashlib
import hmac
import json

KEY = b"a key that nobody should use"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(claims: dict, alg: str = "sha256") -> str:
    head = b64(json.dumps({"alg": alg, "typ": "JWT"}, sort_keys=True).encode())
    body = b64(json.dumps(claims, sort_keys=True).encode())
    mac = hmac.new(KEY, f"{head}.{body}".encode(), alg).digest()
    return f"{head}.{body}.{b64(mac)}"


def verify(token: str) -> dict:
    try:
        head, body, mac = token.split(".")
        alg = json.loads(unb64(head))["alg"]
        wanted = hmac.digest(KEY, f"{head}.{body}".encode(), alg)
        got = unb64(mac)
    except (ValueError, KeyError) as e:
        raise PermissionError(f"malformed ({type(e).__name__})") from e
    if not hmac.compare_digest(wanted, got):
        raise PermissionError("signature does not match")
    return json.loads(unb64(body))


def pbkdf2(password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    out = b""
    block = 0
    while len(out) < length:
        block += 1
        u = hmac.digest(password, salt + block.to_bytes(4, "big"), "sha256")
        acc = int.from_bytes(u, "big")
        for _ in range(rounds - 1):
            u = hmac.digest(password, u, "sha256")
            acc ^= int.from_bytes(u, "big")
        out += acc.to_bytes(32, "big")
    return out[:length]


token = sign({"sub": "anna", "exp": 1700000000, "roles": ["read", "write"]})
print(token)
print(verify(token))
for forged in (token[:-2] + "AA", token.replace(".", ".e30", 1), "only.two", "a.b.c"):
    try:
        print(verify(forged))
    except PermissionError as e:
        print("refused:", e)

print(pbkdf2(b"password", b"salt", 2, 40).hex())
print(pbkdf2(b"passwd", b"salt", 500, 16).hex())
m = hmac.new(KEY, digestmod=hashlib.sha512)
m.update(b"part one, ")
c = m.copy()
c.update(b"part two")
print(c.name, c.digest_size, c.hexdigest()[:32], m.hexdigest()[:32])
print(hmac.new(b"k" * 200, b"long key", hashlib.md5).hexdigest())
