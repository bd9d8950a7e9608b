import io
import sys

# The input comes from another system and its lines end with \r\n.
# Here sys.stdin keeps every \r, so the program has to take them off.
first = sys.stdin.readline()
print(repr(first))
n = int(first)
rows = []
for _ in range(n):
    line = sys.stdin.readline()
    print(repr(line), len(line))
    rows.append(line.rstrip("\n").split(","))
print(rows)
second = input()
print(repr(second))
rest = sys.stdin.read()
print(repr(rest))
print(rest.splitlines())
for newline in (None, "", "\n", "\r", "\r\n"):
    wrapper = io.TextIOWrapper(io.BytesIO(rest.encode()), encoding="ascii", newline=newline)
    print(repr(newline), wrapper.readlines(), wrapper.newlines)
print("newlines seen:", "\r\n" in rest, rest.count("\r"), rest.count("\n"))
