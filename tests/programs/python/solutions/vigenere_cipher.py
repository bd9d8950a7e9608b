class Vigenere:
    """The Vigenère cipher over the letters A to Z, leaving the rest alone."""

    def __init__(self, key: str):
        if not key.isalpha():
            raise ValueError("key must consist of letters")
        self.key = key.upper()

    def _apply(self, text, sign):
        i = 0
        for ch in text:
            if ch.isascii() and ch.isalpha():
                base = ord("A") if ch.isupper() else ord("a")
                k = ord(self.key[i % len(self.key)]) - ord("A")
                yield chr((ord(ch) - base + sign * k) % 26 + base)
                i += 1
            else:
                yield ch

    def encrypt(self, text):
        return "".join(self._apply(text, +1))

    def decrypt(self, text):
        return "".join(self._apply(text, -1))


def square():
    letters = [chr(65 + i) for i in range(26)]
    for i in range(26):
        print(*(letters[i:] + letters[:i]), sep="")


def kasiski(text, size=3):
    """Distances between repeated groups; they hint at the key length."""
    letters = "".join(c for c in text.upper() if c.isalpha())
    seen, distances = {}, []
    for i in range(len(letters) - size + 1):
        part = letters[i:i + size]
        if part in seen:
            distances.append((part, i - seen[part]))
        seen[part] = i
    return distances


v = Vigenere("lemon")
c = v.encrypt("Attack at dawn!")
print(c, "|", v.decrypt(c))
assert c == "Lxfopv ef rnhr!"

text = "The man and the woman saw the man with the hat and the cat on the mat."
secret = Vigenere("CODE").encrypt(text)
print(secret)
print(Vigenere("CODE").decrypt(secret) == text)
print(kasiski(secret))
square()
try:
    Vigenere("k3y")
except ValueError as e:
    print("ValueError:", e)
