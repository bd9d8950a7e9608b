# argv: --repeat
import argparse
import sys

parser = argparse.ArgumentParser(prog="repeat")
parser.add_argument("--repeat", type=int, default=1, help="how often each line is printed")
print("reading the options")
sys.stdout.flush()
args = parser.parse_args()
for line in sys.stdin:
    print(line.rstrip() * args.repeat)
