# argv: --level loud --count 3 "my file"
# stderr differs: the version is 3.14.0, with mistakes that later ones mended
import argparse
import sys


def build():
    parser = argparse.ArgumentParser(prog="shout", description="Repeat a name.")
    parser.add_argument("name")
    parser.add_argument("--count", type=int, default=1, metavar="N")
    parser.add_argument("--level", choices=["low", "mid", "high"], default="low")
    return parser


parser = build()
for attempt in (["x", "--count", "2"], ["y", "--level=high"]):
    args = parser.parse_args(attempt)
    print(args.name, args.count, args.level)

print(parser.format_usage().strip())

try:
    parser.parse_args(["--count", "many", "z"])
except SystemExit as e:
    print("stopped with", e.code)

# The real arguments name a level that does not exist.
args = parser.parse_args(sys.argv[1:])
print("not reached", args)
