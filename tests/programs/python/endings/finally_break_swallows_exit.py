import contextlib
import sys


def careless(n):
    for i in range(3):
        try:
            if i == n:
                sys.exit(40 + i)
            print("round", i)
        finally:
            if i == n:
                break
    return f"survived {n}"


def suppressed(code):
    with contextlib.suppress(SystemExit):
        sys.exit(code)
    return f"suppressed {code}"


def replaced(code):
    try:
        sys.exit(code)
    finally:
        raise LookupError(f"instead of {code}")


print(careless(1))
print(careless(9))
print(suppressed("a message"))
try:
    replaced(6)
except LookupError as e:
    print(e, "/ context:", repr(e.__context__))

print("now for real")
try:
    sys.exit(1)
finally:
    sys.exit(17)
