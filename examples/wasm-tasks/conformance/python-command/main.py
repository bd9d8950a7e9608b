"""The conformance task in Python, as a program: stdin in, stdout out."""

import json
import os
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def leave(message, code):
    print(message, file=sys.stderr)
    sys.exit(code)


def conformance(text):
    what, _, rest = text.partition(" ")
    match what:
        case "words":
            words = rest.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ")
            count = sum(1 for word in words if word)
            return {"bytes": len(rest.encode()), "words": count, "lines": rest.count("\n")}
        case "fib":
            return fib(int(rest))
        case "fail":
            leave("asked to fail", 1)
        case "retry":
            number = os.environ["POLYMER_ATTEMPT"]
            if number == "1":
                leave("not yet", 1)
            return f"attempt {number}"
        case "panic":
            raise RuntimeError("asked to panic")
        case "spin":
            while True:
                pass
        case "log":
            for number in range(1, int(rest) + 1):
                print(f"line {number}", file=sys.stderr)
            return int(rest)
        case "big":
            return "x" * int(rest)
    leave(f"what is {what}?", 2)


data = sys.stdin.buffer.read()
if sys.argv[1:] == ["bytes"]:
    sys.stdout.buffer.write(data[::-1])
else:
    json.dump(conformance(data.decode()), sys.stdout)
