"""Feeds the lines of the input to an interpreter of Python."""
import code
import sys


class Console(code.InteractiveConsole):
    def write(self, data):
        # errors: only the last line is of interest
        lines = data.strip().splitlines()
        if lines:
            print("!!", lines[-1])


console = Console({"__name__": "__console__"})
more = False
for line in sys.stdin:
    line = line.rstrip("\n")
    print("..." if more else ">>>", line)
    try:
        more = console.push(line)
    except SystemExit as e:
        print("exit with", e.code)
        break
print("names:", sorted(k for k in console.locals if not k.startswith("__")))
