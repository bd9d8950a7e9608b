import io
import sys

stream = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="strict", newline="\n")
count = 0
for line in stream:
    count += 1
    print(count, line.rstrip("\n"), flush=True)
print("never reached")
