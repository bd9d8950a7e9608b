import re
from itertools import groupby

encode = lambda s: "".join(f"{n if n > 1 else ''}{c}" for c, n in ((c, len([*g])) for c, g in groupby(s)))
decode = lambda s: re.sub(r"(\d+)(\D)", lambda m: m[2] * int(m[1]), s)

def look_and_say(s, n):
    for _ in range(n):
        s = "".join(str(len(list(g))) + k for k, g in groupby(s))
    return s

while True:
    try:
        command, _, rest = input("> ").partition(" ")
    except EOFError:
        print("bye")
        break
    if command == "enc":
        e = encode(rest)
        print(e, len(rest), len(e), decode(e) == rest)
    elif command == "dec":
        print(decode(rest))
    elif command == "say":
        start, n = rest.split()
        r = look_and_say(start, int(n))
        print(len(r), r[:60])
    elif command:
        print(f"unknown command {command!r}")
