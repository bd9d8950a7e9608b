# argv: --column 2 -d , --skip-header --format "{name}: {value:.3f}"
import argparse
import math
import sys


def parse_args():
    p = argparse.ArgumentParser(prog="colstat", description="Statistics about one column of a table.")
    p.add_argument("-c", "--column", type=int, default=1, metavar="N")
    p.add_argument("-d", "--delimiter", default=None)
    p.add_argument("--skip-header", action="store_true")
    p.add_argument("--format", default="{name} {value}")
    p.add_argument("infile", nargs="?", type=argparse.FileType("r"), default=sys.stdin)
    return p.parse_args()


def main():
    args = parse_args()
    values = []
    for i, line in enumerate(args.infile):
        if i == 0 and args.skip_header:
            print("header:", line.rstrip())
            continue
        cells = line.rstrip("\n").split(args.delimiter)
        try:
            values.append(float(cells[args.column - 1]))
        except (IndexError, ValueError) as e:
            print(f"ignored line {i + 1} ({type(e).__name__})")
    n = len(values)
    mean = math.fsum(values) / n
    var = math.fsum((v - mean) ** 2 for v in values) / (n - 1)
    result = {"count": n, "min": min(values), "max": max(values), "mean": mean,
              "sd": math.sqrt(var), "sum": math.fsum(values)}
    for name, value in result.items():
        print(args.format.format(name=name, value=value))


if __name__ == "__main__":
    main()
