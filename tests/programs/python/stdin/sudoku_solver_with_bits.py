import sys


def solve(puzzle):
    rows, cols, boxes = [0] * 9, [0] * 9, [0] * 9
    grid = [0] * 81
    empty = []
    for i, ch in enumerate(puzzle):
        r, c = divmod(i, 9)
        b = r // 3 * 3 + c // 3
        if ch in "123456789":
            bit = 1 << int(ch)
            if (rows[r] | cols[c] | boxes[b]) & bit:
                return None, 0
            rows[r] |= bit
            cols[c] |= bit
            boxes[b] |= bit
            grid[i] = int(ch)
        else:
            empty.append((i, r, c, b))
    tries = 0

    def go():
        nonlocal tries
        if not empty:
            return True
        best, best_mask, best_n = -1, 0, 10
        for k, (i, r, c, b) in enumerate(empty):
            mask = 0x3FE & ~(rows[r] | cols[c] | boxes[b])
            n = mask.bit_count()
            if n < best_n:
                best, best_mask, best_n = k, mask, n
                if n <= 1:
                    break
        if best_n == 0:
            return False
        empty[best], empty[-1] = empty[-1], empty[best]
        i, r, c, b = empty.pop()
        while best_mask:
            bit = best_mask & -best_mask
            best_mask ^= bit
            tries += 1
            grid[i] = bit.bit_length() - 1
            rows[r] ^= bit; cols[c] ^= bit; boxes[b] ^= bit
            if go():
                return True
            rows[r] ^= bit; cols[c] ^= bit; boxes[b] ^= bit
        empty.append((i, r, c, b))
        empty[best], empty[-1] = empty[-1], empty[best]
        return False

    return ("".join(map(str, grid)) if go() else None), tries


lines = [l.strip() for l in sys.stdin if l.strip()]
for no, start in enumerate(range(0, len(lines), 9), 1):
    puzzle = "".join(lines[start:start + 9])
    solution, tries = solve(puzzle)
    print(f"puzzle {no}: {'solved' if solution else 'no solution'} after {tries} tries")
    if solution:
        for r in range(9):
            row = solution[9 * r:9 * r + 9]
            print(" ".join(row[:3]), "|", " ".join(row[3:6]), "|", " ".join(row[6:]))
            if r in (2, 5):
                print("------+-------+------")
