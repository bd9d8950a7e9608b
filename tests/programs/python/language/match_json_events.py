import json
import sys
from collections import Counter

# every line of the input is one event in JSON
totals = Counter()


def handle(event):
    match event:
        case {"type": "order", "items": [], **rest}:
            return f"empty order {sorted(rest)}"
        case {"type": "order", "id": int(oid), "items": [{"sku": sku, "qty": 1}]}:
            totals["single"] += 1
            return f"order {oid}: one {sku}"
        case {"type": "order", "id": int(oid), "items": [first, *others]}:
            totals["multi"] += 1
            return f"order {oid}: {first['sku']} and {len(others)} more"
        case {"type": "order", "id": bad}:
            return f"order with bad id {bad!r} ({type(bad).__name__})"
        case {"type": "move", "to": [x, y]} if x == y:
            return f"diagonal to {x}"
        case {"type": "move", "to": [int() | float() as x, int() | float() as y]}:
            return f"move to {x + 0.5:.1f},{y - 0.5:.1f}"
        case {"type": "move", "to": [_, _, _, *_]}:
            return "move in too many dimensions"
        case {"type": "log", "level": "error" | "fatal" as level, "msg": str(msg)}:
            totals[level] += 1
            return f"{level.upper()}: {msg}"
        case {"type": "log"}:
            return "log entry ignored"
        case [str(name), *args]:
            return f"call {name} with {args}"
        case str() | bytes():
            return "just text"
        case None | True | False:
            return f"constant {event}"
        case -1 | 0 | 1:
            return "small number"
        case int(n) if n.bit_length() > 20:
            return f"large number {n:,}"
        case {}:
            return f"unknown object with {len(event)} keys"
        case _:
            return f"unmatched {event!r}"


for n, line in enumerate(sys.stdin, 1):
    try:
        event = json.loads(line)
    except json.JSONDecodeError as e:
        print(f"{n:>2}: invalid JSON: {e.msg} at column {e.colno}")
        continue
    print(f"{n:>2}: {handle(event)}")

print(dict(totals))
