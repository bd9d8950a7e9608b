import sys
import time
from io import StringIO

# Reads "name amount" lines and prints in every way that print knows.
log = StringIO()
items = []
print("loading", end="", flush=True)
for line in sys.stdin:
    name, amount = line.rsplit(maxsplit=1)
    items.append((name, int(amount)))
    print(".", end="", flush=True)
    print("read", name, file=log, sep=": ")
    print("progress", len(items), file=sys.stderr)
    time.sleep(0.001)
print(" done", end="\n\n")

print(*items, sep="\n")
print(*(n for n, _ in items), sep=" | ", end=" |\n")
print("tab", "separated", sep="\t", end=";")
print(sep="ignored")
print(None, True, 1.0, b"x", [1, "a"], {"k": ()}, sep=",")
print("no newline at the end", end="")
print("\n", end="")
print("unicode: ß → ∑", "\N{SNOWMAN}", "\u00a0|", sep="·")
print("carriage\rreturn", "back\bspace", "bell\a", "null\0.", sep="|")
sys.stdout.write("written: %d\n" % sys.stdout.write("abc\n"))
sys.stdout.writelines(f"{n:<10}{a:>6}\n" for n, a in sorted(items, key=lambda t: -t[1]))
print(log.getvalue(), end="")
sys.stdout.flush()
sys.stdout.buffer.write(b"raw \xc3\xa9 bytes\n")
try:
    print("x", sep=1)
except TypeError as e:
    print("TypeError:", e)
sys.stdout.write("last line without a newline")
