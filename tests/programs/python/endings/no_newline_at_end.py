import sys

width = 12
for i in range(1, 6):
    bar = "*" * (i * i % width)
    sys.stdout.write("\r" if i > 1 else "")
    print(bar.ljust(width, "."), f"{i * 20}%", end="", flush=i % 2 == 0)

print("\x00nul\x07bell\x1b[0m", end="")
print("a", "b", "c", sep="\n", end="\n\n")
print("tab\there", end="\t")
print("the last line has no end", end="")
