import json
import sys
from collections import defaultdict

bad = 0
per_user = defaultdict(lambda: {"events": 0, "seconds": 0.0})
for number, line in enumerate(sys.stdin, start=1):
    line = line.strip()
    if not line:
        continue
    try:
        event = json.loads(line)
        user, seconds = event["user"], float(event["t"])
    except json.JSONDecodeError as e:
        bad += 1
        print(f"line {number}: {e}")
    except (KeyError, TypeError, ValueError) as e:
        bad += 1
        print(f"line {number}: {type(e).__name__}: {e}")
    else:
        per_user[user]["events"] += 1
        per_user[user]["seconds"] += seconds

for user, stats in sorted(per_user.items()):
    print(user, json.dumps(stats))
if bad:
    sys.exit(f"{bad} bad lines")
