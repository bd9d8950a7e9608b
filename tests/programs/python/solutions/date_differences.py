# argv: 2024-02-29 2025-03-01 1999-12-31 2000-01-01 2023-02-29 1969-07-20
import sys
from datetime import date, datetime, timedelta, timezone


def age(born: date, today: date) -> tuple:
    """Difference in years, months and days, as people say it."""
    years, months, days = today.year - born.year, today.month - born.month, today.day - born.day
    if days < 0:
        months -= 1
        last = date(today.year, today.month, 1) - timedelta(days=1)
        days += last.day
    if months < 0:
        years -= 1
        months += 12
    return years, months, days


def workdays(a: date, b: date) -> int:
    full, rest = divmod((b - a).days, 7)
    return full * 5 + sum((a + timedelta(days=full * 7 + i)).weekday() < 5 for i in range(rest))


def nth_weekday(year, month, weekday, n):
    d = date(year, month, 1)
    d += timedelta(days=(weekday - d.weekday()) % 7, weeks=n - 1)
    return d


TODAY = date(2025, 6, 15)
for arg in sys.argv[1:]:
    try:
        d = date.fromisoformat(arg)
    except ValueError as e:
        print(f"{arg}: {e}")
        continue
    y, w, wd = d.isocalendar()
    print(f"{d:%A, %d %B %Y}: {(TODAY - d).days} days ago, {age(d, TODAY)}, week {y}-W{w:02}-{wd}, "
          f"day {d.timetuple().tm_yday}, {workdays(d, TODAY)} working days")

print([str(nth_weekday(2025, m, 3, 4)) for m in (1, 11)])
print(date.max - date.min, date.fromordinal(738000), TODAY.toordinal())

utc = datetime(2024, 3, 10, 23, 45, 7, 250000, tzinfo=timezone.utc)
for hours in (-8, 0, 5.5, 12.75):
    local = utc.astimezone(timezone(timedelta(hours=hours)))
    print(f"{local.isoformat(timespec='milliseconds')} {local:%a %j %I:%M %p} {local.tzname()}")
assert utc == utc.astimezone(timezone(timedelta(hours=3)))
print(utc.timestamp(), datetime.fromtimestamp(10 ** 9, timezone.utc))
print(datetime.strptime("7 Jan 2021 03:04PM", "%d %b %Y %I:%M%p"))
d = timedelta(days=-1, hours=30, minutes=90, microseconds=5)
print(d, repr(d), d.total_seconds(), abs(-d) == d, d // timedelta(minutes=7), timedelta(hours=5) / 4)
try:
    print(utc - datetime(2024, 1, 1))
except TypeError as e:
    print("TypeError:", e)
try:
    TODAY.replace(month=2, day=30)
except ValueError as e:
    print("ValueError:", e)
