import sys, io, json, csv

print(repr(sys.stdin.readline()))
print(repr(sys.stdin.read()))
print(sys.stdin.readlines())
print(list(sys.stdin))
print(sys.stdin.buffer.read())
print(sys.stdin.buffer.readline())
print(sys.stdin.buffer.read1(100))
print(list(csv.reader(sys.stdin)))

try:
    input("name? ")
except EOFError as e:
    print()
    print(type(e).__name__, e)

try:
    json.load(sys.stdin)
except json.JSONDecodeError as e:
    print(e.msg, e.lineno, e.colno, e.pos)

try:
    print(next(sys.stdin))
except StopIteration:
    print("nothing to iterate over")

try:
    n, = map(int, sys.stdin.readline().split())
except ValueError as e:
    print("ValueError:", e)

print(max((len(l) for l in sys.stdin), default=-1))
print(sum(map(int, sys.stdin.read().split())))
