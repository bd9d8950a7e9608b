import atexit, os, sys

class Noisy:
    def __del__(self):
        print("deleted")

@atexit.register
def bye():
    print("bye")

def hook(*args):
    # The last word has the hook: print, flush, leave.
    print("hook got", args[0].__name__, args[1])
    sys.stdout.flush()
    os._exit(11)

sys.excepthook = hook
keep = Noisy()
temporary = Noisy()
del temporary
try:
    print([1, 2, 3].index(4))
finally:
    print("finally runs before the hook")
