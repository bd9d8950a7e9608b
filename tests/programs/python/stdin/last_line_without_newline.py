import sys

lines = sys.stdin.readlines()
print(len(lines), "lines")
for number, line in enumerate(lines, 1):
    complete = line.endswith("\n")
    print(f"{number:03}: {line!r:<24} {'complete' if complete else 'CUT OFF'}")
text = "".join(lines)
print(text.split("\n"))
print(text.splitlines())
print("again:", repr(sys.stdin.read()), repr(sys.stdin.readline()), sys.stdin.readlines())
try:
    input()
except EOFError as e:
    print("EOFError:", e)
