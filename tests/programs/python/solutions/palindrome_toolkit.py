"""Palindromes: checking, finding, counting and making them."""
import unicodedata


def is_palindrome(text: str) -> bool:
    """Ignore case, punctuation and accents."""
    decomposed = unicodedata.normalize("NFD", text)
    letters = [c.casefold() for c in decomposed if c.isalnum()]
    return letters == letters[::-1]


def longest_palindromic_substring(s: str) -> str:
    """Expand around each centre, O(n^2)."""
    best = ""
    for centre in range(len(s)):
        for left, right in ((centre, centre), (centre, centre + 1)):
            while left >= 0 and right < len(s) and s[left] == s[right]:
                left -= 1
                right += 1
            if right - left - 1 > len(best):
                best = s[left + 1:right]
    return best


def make_palindrome(s: str) -> str:
    """Shortest palindrome that begins with s."""
    for i in range(len(s)):
        if s[i:] == s[i:][::-1]:
            return s + s[:i][::-1]
    return ""


def minimum_cuts(s: str) -> int:
    n = len(s)
    cuts = list(range(-1, n))
    for mid in range(n):
        for odd in (0, 1):
            i, j = mid, mid + odd
            while i >= 0 and j < n and s[i] == s[j]:
                cuts[j + 1] = min(cuts[j + 1], cuts[i] + 1)
                i, j = i - 1, j + 1
    return cuts[n]


def lychrel_steps(n: int, limit: int = 60):
    for step in range(limit):
        if str(n) == str(n)[::-1]:
            return step, n
        n += int(str(n)[::-1])
    return None


if __name__ == "__main__":
    for s in ("A man, a plan, a canal: Panama!", "Ésope reste ici et se repose",
              "Was it a car or a cat I saw?", "Not one", "", "Νίψον ανομήματα μη μόναν όψιν"):
        print(f"{is_palindrome(s)!s:5} {s}")
    for s in ("babad", "forgeeksskeegfor", "abcdefg", "aaaa", "cattac tattarrattat"):
        print(s, "->", longest_palindromic_substring(s), minimum_cuts(s))
    assert make_palindrome("") == ""
    print(make_palindrome("cat"), make_palindrome("cata"), make_palindrome("xyx"))
    for n in (56, 57, 59, 89, 196, 10911):
        print(n, lychrel_steps(n))
    print([n for n in range(1, 600) if str(n) == str(n)[::-1] and bin(n)[2:] == bin(n)[:1:-1]])
