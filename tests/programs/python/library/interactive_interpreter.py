"""Feeds a session from standard input to the interpreter classes of code."""
import code
import codeop
import sys

session = sys.stdin.read().splitlines()


class Console(code.InteractiveConsole):
    def write(self, data):
        last = data.strip().splitlines()
        print("!!", last[-1] if last else "")

    def raw_input(self, prompt=""):
        if not session:
            raise EOFError
        line = session.pop(0)
        print(f"{prompt}{line}")
        return line


sys.ps1, sys.ps2 = ">> ", ".. "
space = {"__name__": "session", "shared": [1]}
console = Console(space)
try:
    console.interact(banner="start", exitmsg="stop")
except SystemExit as e:
    print("exit", e.code, session)
print(sorted(k for k in space if not k.startswith("_")), space["shared"])

for text in ("x = 1", "if x:", "if x:\n    y = 2", "if x:\n    y = 2\n", "print(", "1 +", "x = $", "'abc", "'''abc", "", "# note", "def f(): pass", "a = 1; b = 2", "\\"):
    try:
        result = codeop.compile_command(text, "made", "single")
        print(repr(text), "incomplete" if result is None else "complete")
    except SyntaxError as e:
        print(repr(text), "error:", e.msg)
compiler = codeop.CommandCompiler()
print(compiler("from __future__ import annotations") is not None, compiler("def g(x: nope): return x") is not None)
small = code.InteractiveInterpreter({"n": 4})
print(small.runsource("for i in range(n):"), small.runsource("n * 2"), small.runsource("n = n + 1\nprint(n)", symbol="exec"))
