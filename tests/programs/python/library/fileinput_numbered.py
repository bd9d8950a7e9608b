import fileinput
import sys

# Numbers the lines of standard input, joins continued ones, keeps a running total of the last column.
pending = ""
total = 0
with fileinput.input(files=("-",), encoding="utf-8") as lines:
    print(lines.isfirstline() if lines.lineno() else "not begun", lines.lineno())
    for line in lines:
        line = line.rstrip("\n")
        if fileinput.isfirstline():
            print("header:", line.upper(), fileinput.isstdin(), fileinput.filename())
            continue
        if line.endswith("\\"):
            pending += line[:-1].strip() + " "
            continue
        line, pending = pending + line, ""
        try:
            total += int(line.split()[-1])
        except (ValueError, IndexError):
            sys.stdout.write(f"{fileinput.lineno():>4}! {line!r}\n")
        else:
            sys.stdout.write(f"{fileinput.filelineno():>4}: {line} (total {total})\n")
    print(lines.lineno(), lines.filelineno())
print("pending:", repr(pending))
try:
    fileinput.FileInput(inplace=True, mode="w")
except ValueError as e:
    print("ValueError:", e)
