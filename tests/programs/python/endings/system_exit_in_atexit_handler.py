# stderr differs: tracebacks of errors that are ignored have no lines of source
import atexit
import sys


@atexit.register
def first():
    print("first handler, runs last")


@atexit.register
def second():
    print("second handler wants to leave with 9")
    sys.exit(9)


@atexit.register
def third():
    print("third handler")


def total(*numbers):
    return sum(numbers)


print("total", total(1, 2, 3))
print("main ends with 2")
sys.exit(2)
