import sys
import tomllib
import datetime

doc = tomllib.load(sys.stdin.buffer)


def show(value, indent=0):
    pad = "  " * indent
    if isinstance(value, dict):
        for k, v in value.items():
            if isinstance(v, (dict, list)):
                print(f"{pad}{k}:")
                show(v, indent + 1)
            else:
                print(f"{pad}{k} = {v!r} ({type(v).__name__})")
    elif isinstance(value, list):
        for item in value:
            print(f"{pad}-", end=" ")
            if isinstance(item, (dict, list)):
                print()
                show(item, indent + 1)
            else:
                print(repr(item))


show(doc)
start = doc["project"]["started"]
print((datetime.date(2024, 3, 1) - start).days, "days")
for broken in ("a = ", "a = 1\na = 2", "[x\n", 'k = "\\q"'):
    try:
        tomllib.loads(broken)
    except tomllib.TOMLDecodeError as e:
        print(e)
