"""Working days, ISO weeks and date arithmetic, all with fixed dates."""
from datetime import MAXYEAR, date, datetime, time, timedelta, timezone
import calendar

HOLIDAYS = {date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 1)}


def daterange(first, last):
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def working_days(first, last):
    return [d for d in daterange(first, last) if d.weekday() < 5 and d not in HOLIDAYS]


for month in range(1, 7):
    end = calendar.monthrange(2024, month)[1]
    days = working_days(date(2024, month, 1), date(2024, month, end))
    print(f"{calendar.month_name[month]:<9} {len(days):2} working days, first {days[0]:%a %d}, last {days[-1]:%a %d}")

for d in (date(2020, 12, 31), date(2021, 1, 3), date(2021, 1, 4), date(2024, 2, 29)):
    year, week, weekday = d.isocalendar()
    print(d, f"week {year}-W{week:02}-{weekday}", "day", d.timetuple().tm_yday, d.toordinal())
    assert date.fromisocalendar(year, week, weekday) == d

a = datetime(1999, 12, 31, 23, 59, 59, 999999)
print(a + timedelta(microseconds=1), (a - datetime(1970, 1, 1)).total_seconds())
print(timedelta(days=-1, hours=5), repr(timedelta(weeks=1, minutes=-3)), abs(timedelta(hours=-7)))
print(divmod(timedelta(days=10), timedelta(hours=7)), timedelta(days=1) / 7)
moment = datetime(2011, 11, 4, 0, 5, 23, 283000, tzinfo=timezone(timedelta(hours=-3, minutes=-30), "NT"))
print(moment.isoformat(timespec="milliseconds"), moment.astimezone(timezone.utc), moment.tzname())
print(datetime.strptime("21/Nov/06 16:30 +0130", "%d/%b/%y %H:%M %z"))
print(moment.strftime("%A %d. %B %Y, %I:%M %p, day %j, week %U/%W, %z %Z"))
print(datetime.fromtimestamp(1_600_000_000, timezone.utc), datetime.fromisoformat("20111104T000523Z"))
print(time.fromisoformat("04:23:01.000384"), time(23, 5).replace(hour=1), time.max)
print(date(2024, 1, 31).replace(day=1) - timedelta(days=1), date.max.year == MAXYEAR)

for attempt in (lambda: date(2023, 2, 29), lambda: date.max + timedelta(1), lambda: date.fromisoformat("2024-13-01"),
                lambda: datetime(2024, 1, 1) < datetime(2024, 1, 1, tzinfo=timezone.utc)):
    try:
        print(attempt())
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__)
