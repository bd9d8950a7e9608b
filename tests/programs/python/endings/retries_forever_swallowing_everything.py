# verdict: fuel_exhausted
import sys


def fetch(n):
    if n % 3 == 0:
        raise ConnectionError("lost")
    if n % 3 == 1:
        sys.exit("giving up")
    raise KeyboardInterrupt


attempt = 0
while True:
    try:
        attempt = attempt + 1
        fetch(attempt)
        print("fetched")
        break
    except BaseException:
        pass
