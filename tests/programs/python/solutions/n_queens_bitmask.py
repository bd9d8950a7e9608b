def count_queens(n):
    full = (1 << n) - 1
    def place(cols, left, right):
        if cols == full:
            return 1
        total, free = 0, full & ~(cols | left | right)
        while free:
            bit = free & -free
            free ^= bit
            total += place(cols | bit, (left | bit) << 1, (right | bit) >> 1)
        return total
    return place(0, 0, 0)


def solutions(n):
    """Yield every solution as a tuple: the column of the queen in each row."""
    def extend(rows):
        if len(rows) == n:
            yield tuple(rows)
            return
        for c in range(n):
            if all(c != q and abs(c - q) != len(rows) - r for r, q in enumerate(rows)):
                yield from extend(rows + [c])
    return extend([])


def board(sol):
    return "\n".join(" ".join("♛" if c == q else "·" for c in range(len(sol))) for q in sol)


def symmetries(sol):
    n = len(sol)
    out = set()
    for _ in range(4):
        turned = [0] * n
        for r, c in enumerate(sol):
            turned[c] = n - 1 - r
        sol = tuple(turned)
        out |= {sol, sol[::-1]}
    return out


def main():
    for n in range(1, 9):
        print(n, count_queens(n))
    eight = list(solutions(8))
    assert len(eight) == count_queens(8) == 92
    fundamental = {min(symmetries(s)) for s in eight}
    print("fundamental:", len(fundamental))
    for s in sorted(fundamental)[:2]:
        print(s)
        print(board(s))
    print(next(solutions(12)))


if __name__ == "__main__":
    main()
