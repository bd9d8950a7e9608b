"""Draws without a seed: only facts that hold for every draw are printed."""
import random
import secrets
import string
import uuid

draw = random.sample(range(1, 50), 6)
print(len(draw), len(set(draw)), all(1 <= n <= 49 for n in draw))

floats = [random.random() for _ in range(1000)]
print(min(floats) >= 0.0, max(floats) < 1.0, len(set(floats)) > 990)
print(0.35 < sum(floats) / len(floats) < 0.65)

for size in (0, 1, 16, 33):
    print(size, len(secrets.token_bytes(size)), len(secrets.token_hex(size)), len(secrets.token_urlsafe(size)))
print(len(secrets.token_bytes()), secrets.token_hex(20) != secrets.token_hex(20))
print(all(secrets.randbelow(10) in range(10) for _ in range(200)), secrets.randbits(12) < 4096)
print(secrets.choice(["only"]), secrets.compare_digest("abc", "abc"), secrets.compare_digest(b"abc", b"abd"))

alphabet = string.ascii_letters + string.digits
while True:
    password = "".join(secrets.choice(alphabet) for _ in range(12))
    if any(c.islower() for c in password) and any(c.isupper() for c in password) and sum(c.isdigit() for c in password) >= 2:
        break
print(len(password), password.isalnum())

u = uuid.uuid4()
print(len(str(u)), u.version, u.variant == uuid.RFC_4122, str(u).count("-"), u != uuid.uuid4())

system = random.SystemRandom()
print(sorted(system.sample("abcde", 5)), 1 <= system.randint(1, 6) <= 6)
try:
    system.getstate()
except NotImplementedError as e:
    print("NotImplementedError:", e)
deck = list(range(52))
random.shuffle(deck)
print(sorted(deck) == list(range(52)))
