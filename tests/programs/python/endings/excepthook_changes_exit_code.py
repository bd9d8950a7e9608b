import sys

CODES = {"KeyError": 20, "ValueError": 21, "UnboundLocalError": 22}


def hook(kind, value, tb):
    code = CODES.get(kind.__name__, 99)
    print(f"{kind.__name__} becomes exit code {code}")
    sys.exit(code)


def tally(votes):
    for vote in votes:
        if vote == "yes":
            count += 1
    return count


sys.excepthook = hook
print("original hook differs:", sys.excepthook is not sys.__excepthook__)
print("counting")
print(tally(["no", "yes", "no"]))
