import atexit
import sys

log = []


def show_log():
    print("log:", log)


def broken(n):
    log.append(f"broken {n}")
    return 10 // n


def hook(info):
    log.append(info.exc_type.__name__)


sys.unraisablehook = hook
atexit.register(show_log)
atexit.register(broken, 0)
atexit.register(broken, 5)
atexit.register(broken, "x")
atexit.register(lambda: log.append("fine"))

settings = {"depth": 3, "width": 4}
for key in ("depth", "width", "height"):
    print(key, settings[key])
