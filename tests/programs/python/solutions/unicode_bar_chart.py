# argv: 8 6 7 5 3 0 9 4.5 1.25
import sys

BLOCKS = " ▏▎▍▌▋▊▉█"
LEVELS = " ▁▂▃▄▅▆▇█"

def horizontal(data, width=30):
    top = max(data.values())
    label = max(map(len, data))
    for name, value in data.items():
        eighths = round(value / top * width * 8)
        bar = "█" * (eighths // 8) + BLOCKS[eighths % 8].strip()
        print(f"{name:>{label}} ▕{bar:<{width}}▏ {value:g}")

def vertical(values, height=4):
    top = max(values)
    scaled = [round(v / top * height * 8) for v in values]
    for row in reversed(range(height)):
        print("".join(LEVELS[max(0, min(8, s - row * 8))] * 2 + " " for s in scaled).rstrip())
    print("‾" * (3 * len(values) - 1))

def sparkline(values):
    low, high = min(values), max(values)
    step = (high - low) / 7 or 1
    return "".join(LEVELS[1 + int((v - low) / step)] for v in values)

def braille(width, height, f):
    """Plot a function with dots, each character is 2 x 4 dots."""
    bits = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
    grid = [[0] * width for _ in range(height)]
    for x in range(width * 2):
        y = round((1 - f(x / (width * 2 - 1))) * (height * 4 - 1))
        grid[y // 4][x // 2] |= bits[y % 4][x % 2]
    for row in grid:
        print("".join(chr(0x2800 + c) for c in row))

values = [float(a) for a in sys.argv[1:]]
horizontal({chr(97 + i) * (i % 3 + 1): v for i, v in enumerate(values)})
vertical(values)
print(sparkline(values), sparkline([1, 1, 1]), sparkline(range(20)))
braille(30, 4, lambda t: t * t)
braille(30, 4, lambda t: 4 * t * (1 - t))
print("".join(f"\x1b[3{c}m■\x1b[0m" for c in range(8)))
