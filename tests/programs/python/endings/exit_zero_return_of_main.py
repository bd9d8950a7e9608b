from __future__ import annotations

import sys

Matrix = list[list[int]]


def multiply(a: Matrix, b: Matrix) -> Matrix:
    return [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]


def power(m: Matrix, n: int) -> Matrix:
    size = len(m)
    result = [[int(i == j) for j in range(size)] for i in range(size)]
    while n:
        if n & 1:
            result = multiply(result, m)
        m = multiply(m, m)
        n >>= 1
    return result


def main() -> int:
    for n in (1, 2, 10, 90):
        print(n, power([[1, 1], [1, 0]], n)[0][1])
    rotation = [[0, -1], [1, 0]]
    for n in range(5):
        print("quarter turns:", n, power(rotation, n))
    return 0


if __name__ == "__main__":
    sys.exit(main())
