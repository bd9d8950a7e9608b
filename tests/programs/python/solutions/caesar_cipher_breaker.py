"""Encrypt with a Caesar shift, then break it by letter frequency."""

from string import ascii_lowercase as lower, ascii_uppercase as upper

ENGLISH = dict(zip(lower, [
    8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.77, 4.0, 2.4,
    6.7, 7.5, 1.9, 0.095, 6.0, 6.3, 9.1, 2.8, 0.98, 2.4, 0.15, 2.0, 0.074]))


def caesar(text, shift):
    shift %= 26
    table = str.maketrans(lower + upper,
                          lower[shift:] + lower[:shift] + upper[shift:] + upper[:shift])
    return text.translate(table)


def chi_squared(text):
    letters = [c for c in text.lower() if c in ENGLISH]
    n = len(letters)
    score = 0.0
    for letter, percent in ENGLISH.items():
        expected = n * percent / 100
        score += (letters.count(letter) - expected) ** 2 / expected
    return score


def crack(cipher):
    ranking = sorted((chi_squared(caesar(cipher, -s)), s) for s in range(26))
    return ranking


message = ("Meet me after the parade near the old fountain; bring the letters "
           "and do not speak to anyone about it.")
for shift in (0, 3, 13, 25, -4):
    secret = caesar(message, shift)
    ranking = crack(secret)
    best = ranking[0]
    print(f"shift {shift:3}: {secret[:40]}...")
    print(f"    guess {best[1]:2} (score {best[0]:.3f}, next best {ranking[1][0]:.3f})")
    assert caesar(secret, -best[1]) == message

print(caesar("Uryyb, Jbeyq!", 13))
