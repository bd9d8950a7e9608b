# argv: 2024-02-28 2024-03-01 1999-12-31 2000-13-01
from datetime import date
import sys

days = [date.fromisoformat(a) for a in sys.argv[1:4]]
for a, b in zip(days, days[1:]):
    print(f"{a:%d %b %Y} to {b:%d %b %Y}: {(b - a).days} days")
print(sorted(days)[0].strftime("%A"))
print(date.fromisoformat(sys.argv[4]))
