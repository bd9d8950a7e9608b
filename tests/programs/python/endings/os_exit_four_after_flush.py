import os
import sys


def emergency(reason, code):
    """Leave at once, but tell why."""
    print("emergency:", reason)
    sys.stdout.flush()
    os._exit(code)


readings = {"t1": 20.5, "t2": 21.0, "t3": 98.4, "t4": 19.9}
limit = 60

try:
    for name, value in readings.items():
        print(f"{name} {value:6.2f} {'#' * int(value // 5)}")
        if value > limit:
            emergency(f"{name} above {limit}", 4)
except SystemExit:
    print("os._exit raises nothing, so this is never printed")
finally:
    print("nor this")
