# argv: 30 90 110 184
import sys


def automaton(rule, width, steps):
    table = [rule >> i & 1 for i in range(8)]
    row = [0] * width
    row[width // 2] = 1
    for _ in range(steps):
        yield row
        row = [table[row[i - 1] << 2 | row[i] << 1 | row[(i + 1) % width]] for i in range(width)]


GLYPHS = " ▀▄█"


def render(rule, width=63, steps=24):
    """Two rows of cells go into one row of characters."""
    rows = list(automaton(rule, width, steps))
    for top, bottom in zip(rows[::2], rows[1::2]):
        print("".join(GLYPHS[t | b << 1] for t, b in zip(top, bottom)).rstrip())


def random_bytes(n):
    """The centre column of rule 30 as a stream of bytes."""
    width = 2 * n * 8 + 3
    state = 1 << (width // 2)
    mask = (1 << width) - 1
    out = bytearray()
    byte = 0
    for i in range(n * 8):
        byte = byte << 1 | state >> (width // 2) & 1
        if i % 8 == 7:
            out.append(byte)
            byte = 0
        # rule 30 is left XOR (centre OR right)
        state = (state >> 1 ^ (state | state << 1)) & mask
    return bytes(out)


for arg in sys.argv[1:]:
    print("Rule", arg)
    render(int(arg))

print(list(random_bytes(10)))
print(random_bytes(64).hex())
