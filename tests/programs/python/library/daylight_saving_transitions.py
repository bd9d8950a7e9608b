from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

def transitions(key, year):
    """Scan a year in UTC by the hour; yield the moments at which the offset changes."""
    zone = ZoneInfo(key)
    t = datetime(year, 1, 1, tzinfo=timezone.utc)
    before = t.astimezone(zone).utcoffset()
    while t.year == year:
        t += timedelta(hours=1)
        after = t.astimezone(zone).utcoffset()
        if after != before:
            yield t, before, after
            before = after

for key in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]:
    found = list(transitions(key, 2021))
    print(key, "-", len(found), "changes")
    for when, before, after in found:
        print("   ", when.strftime("%d %b %H:%M"), before, "->", after)

berlin = ZoneInfo("Europe/Berlin")
# This hour happens twice, and fold says which one is meant.
for fold in (0, 1):
    d = datetime(2021, 10, 31, 2, 30, tzinfo=berlin, fold=fold)
    print(d, d.tzname(), d.dst(), "=", d.astimezone(timezone.utc))
# This hour does not happen at all.
gap = datetime(2021, 3, 28, 2, 30, tzinfo=berlin)
print(gap, "really is", gap.astimezone(timezone.utc).astimezone(berlin))

# Wall clock arithmetic against elapsed time.
evening = datetime(2021, 3, 27, 20, 0, tzinfo=berlin)
print(evening + timedelta(hours=12))
print((evening.astimezone(timezone.utc) + timedelta(hours=12)).astimezone(berlin))

print(datetime(1945, 6, 1, tzinfo=berlin).strftime("%z %Z"), datetime(2060, 7, 1, tzinfo=berlin).strftime("%z %Z"))
print(ZoneInfo("Europe/Berlin") is berlin, ZoneInfo.no_cache("Europe/Berlin") is berlin, repr(berlin))
try:
    ZoneInfo("Mars/Olympus_Mons")
except ZoneInfoNotFoundError as e:
    print("not found:", type(e).__mro__[1].__name__)
try:
    ZoneInfo("../escape")
except ValueError as e:
    print("refused:", type(e).__name__)
