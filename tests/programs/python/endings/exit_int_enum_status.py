import enum
import sys


class Status(enum.IntEnum):
    OK = 0
    USAGE = 64
    DATA = 65
    NO_INPUT = 66
    SOFTWARE = 70


class Flags(enum.IntFlag):
    QUIET = 1
    FORCE = 2
    DRY = 4


def classify(record: str) -> Status:
    match record.split(","):
        case [""]:
            return Status.NO_INPUT
        case [_]:
            return Status.USAGE
        case [key, value] if key.isalpha() and value.isdigit():
            return Status.OK
        case [_, _]:
            return Status.DATA
        case _:
            return Status.SOFTWARE


worst = Status.OK
for record in ["a,1", "b,x", "", "lonely", "c,2", "a,b,c"]:
    status = classify(record)
    worst = max(worst, status)
    print(f"{record!r:10} {status.name:9} {status:d}")

print("worst:", worst.name)
print("flags:", Flags.QUIET | Flags.DRY, int(Flags.QUIET | Flags.DRY))
sys.exit(worst)
