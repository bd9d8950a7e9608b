from functools import cache


@cache
def count(digits: str, pos: int, tight: bool, rest: int, mod: int, m: int) -> int:
    """Numbers up to digits whose digit sum is rest and that are 0 mod m."""
    if rest < 0:
        return 0
    if pos == len(digits):
        return int(rest == 0 and mod == 0)
    top = int(digits[pos]) if tight else 9
    return sum(
        count(digits, pos + 1, tight and d == top, rest - d, (mod * 10 + d) % m, m)
        for d in range(top + 1)
    )


def upto(n, s, m):
    return count(str(n), 0, True, s, 0, m) if n >= 0 else 0


def main():
    q = int(input())
    for _ in range(q):
        lo, hi, s, m = map(int, input().split())
        answer = upto(hi, s, m) - upto(lo - 1, s, m)
        print(answer)
        if hi - lo < 10000:
            brute = sum(1 for x in range(lo, hi + 1) if x % m == 0 and sum(map(int, str(x))) == s)
            print("brute force agrees:", brute == answer)
    print("states:", count.cache_info().currsize)


if __name__ == "__main__":
    main()
