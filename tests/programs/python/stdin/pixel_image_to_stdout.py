"""Writes a picture (binary PPM) of the size named in the input."""
import sys


def row(y, width, height):
    """One line of the picture, three bytes a pixel."""
    line = bytearray(3 * width)
    line[0::3] = bytes((x * y // 64) & 255 for x in range(width))
    line[1::3] = bytes((x ^ y) & 255 for x in range(width))
    line[2::3] = bytes([y * 255 // (height - 1)]) * width
    return line


def main():
    width, height, depth = map(int, sys.stdin.readline().split())
    out = sys.stdout.buffer
    out.write(f"P6\n{width} {height}\n{depth}\n".encode("ascii"))
    for y in range(height):
        data = row(y, width, height)
        if y % 100 == 0:
            data = data[::-1]
        out.write(data)
    out.flush()


main()
