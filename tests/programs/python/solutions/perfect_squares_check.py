import math


def is_perfect_square(n: int) -> bool:
    """
    Return True if n is a perfect square.

    >>> is_perfect_square(16)
    True
    >>> is_perfect_square(15)
    False
    """
    if n < 0:
        return False
    root = math.sqrt(n)
    return int(root) ** 2 == n


def is_fibonacci(n: int) -> bool:
    """n is a Fibonacci number when 5n^2 + 4 or 5n^2 - 4 is a perfect square."""
    return is_perfect_square(5 * n * n + 4) or is_perfect_square(5 * n * n - 4)


def test_small():
    squares = [n for n in range(200) if is_perfect_square(n)]
    print(squares)
    assert squares == [k * k for k in range(15)]


def test_negative():
    assert not is_perfect_square(-4)


def test_fibonacci():
    found = [n for n in range(1, 1000) if is_fibonacci(n)]
    print(found)
    assert found == [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987]


def test_large():
    for k in range(5, 60, 5):
        n = (10 ** k // 7) ** 2
        print(f"k={k} square of {10 ** k // 7}: {is_perfect_square(n)}")
        assert is_perfect_square(n), f"{n} is the square of {10 ** k // 7}"


for test in (test_small, test_negative, test_fibonacci, test_large):
    print("---", test.__name__)
    test()
print("all tests passed")
