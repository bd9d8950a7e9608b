import sys

stdin = sys.stdin.buffer
data = stdin.read()
print(len(data))
print(data.count(b"\r\n"), data.count(b"\n"), data.count(b"\r"))
for i, line in enumerate(data.split(b"\n")):
    print(i, line, line.endswith(b"\r"))
print(data.splitlines(keepends=True))

fixed = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
print(fixed)
sys.stdout.flush()
sys.stdout.buffer.write(fixed)
sys.stdout.buffer.write(b"|end|\r\n")
sys.stdout.buffer.flush()
print("sum of the numbers:", sum(int(t) for t in fixed.split() if t.lstrip(b"-").isdigit()))
