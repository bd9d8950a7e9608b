from collections import Counter

def step(live):
    around = Counter((x + dx, y + dy) for x, y in live
                     for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {c for c, n in around.items() if n == 3 or (n == 2 and c in live)}

def parse(picture):
    return {(x, y) for y, row in enumerate(picture.split()) for x, c in enumerate(row) if c == "O"}

def show(live, w, h):
    print("\n".join("".join("O" if (x, y) in live else "." for x in range(w)) for y in range(h)), end="\n\n")

glider = parse(".O. ..O OOO")
for gen in range(0, 9):
    if gen % 4 == 0:
        show(glider, 8, 6)
    glider = step(glider)

blinker = parse("... OOO ...")
assert step(step(blinker)) == blinker != step(blinker)

# the R-pentomino lives for a long time
cells = parse(".OO OO. .O.")
sizes = []
for gen in range(200):
    sizes.append(len(cells))
    cells = step(cells)
print("R-pentomino:", sizes[:20], "...", sizes[-1])
xs, ys = [x for x, _ in cells], [y for _, y in cells]
print("box", min(xs), max(xs), min(ys), max(ys))

diehard = parse("......O. OO...... .O...OOO")
n = 0
while diehard:
    diehard = step(diehard)
    n += 1
print("diehard is empty after", n)

gun = parse("""
........................O...........
......................O.O...........
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO..............
OO........O...O.OO....O.O...........
..........O.....O.......O...........
...........O...O....................
............OO......................""")
for _ in range(31):
    gun = step(gun)
show(gun, 40, 16)
