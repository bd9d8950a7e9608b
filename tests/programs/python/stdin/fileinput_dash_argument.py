# argv: - -
import fileinput
import sys

print(sys.argv[1:])
# The same stream twice: the second time there is nothing left.
with fileinput.input(encoding="utf-8") as stream:
    total = 0
    for line in stream:
        fields = line.split("#", 1)[0].split()
        if not fields:
            print(f"line {stream.lineno()}: skipped")
            continue
        key, *values = fields
        numbers = [float(v) for v in values]
        total += sum(numbers)
        print(f"{key}: n={len(numbers)} sum={sum(numbers):g}")
    print("total", total)
