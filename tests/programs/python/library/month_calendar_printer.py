# argv: 2024 2 sunday
import calendar
import sys

year, month = int(sys.argv[1]), int(sys.argv[2])
first = getattr(calendar, sys.argv[3].upper())

cal = calendar.TextCalendar(firstweekday=first)
print(cal.formatmonth(year, month, w=3, l=1))
print("leap year" if calendar.isleap(year) else "common year")
print("leap years since 1900:", calendar.leapdays(1900, year))

for week in cal.monthdatescalendar(year, month):
    row = []
    for day in week:
        row.append(f"{day.day:2}" if day.month == month else f"({day.day})")
    print(" ".join(f"{c:>4}" for c in row))

def nth_weekday(year, month, weekday, n):
    found = [d for d, wd in calendar.Calendar().itermonthdays2(year, month) if d and wd == weekday]
    return found[n]

names = list(calendar.day_name)
for weekday in range(7):
    print(f"last {names[weekday]} is day {nth_weekday(year, month, weekday, -1)}")

fridays = [(m, 13) for m in range(1, 13) if calendar.weekday(year, m, 13) == calendar.FRIDAY]
print("friday the 13th in:", [calendar.month_abbr[m] for m, _ in fridays])
html = calendar.HTMLCalendar(first).formatmonth(year, month)
print(html.count("<td"), "cells,", html.count("noday"), "of them empty")
print(calendar.timegm((year, month, 1, 0, 0, 0)))
print(calendar.Month.MARCH, calendar.Day.SUNDAY.name, calendar.monthrange(year, month))
try:
    calendar.monthrange(year, 13)
except calendar.IllegalMonthError as e:
    print("error:", e)
