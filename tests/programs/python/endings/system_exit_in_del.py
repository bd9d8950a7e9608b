import gc
import sys


class Door:
    def __init__(self, name, code):
        self.name = name
        self.code = code

    def __del__(self):
        print("closing", self.name)
        sys.exit(self.code)


def hook(unraisable):
    kind = unraisable.exc_type.__name__
    print("ignored", kind, unraisable.exc_value.code)


sys.unraisablehook = hook

door = Door("front", 3)
del door
print("still here")

pair = [Door("left", 4), Door("right", 5)]
pair.append(pair)
del pair
print("collected something:", gc.collect() > 0)


def room():
    inside = Door("inner", 6)
    return 1 / 2


print(room())
print("the end, with code 0")
