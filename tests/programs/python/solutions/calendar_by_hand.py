"""Print months without the calendar module, then compare with it."""

MONTHS = ["January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December"]


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(year, month):
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def weekday(year, month, day):
    """Zeller's congruence, Monday is 0."""
    if month < 3:
        month += 12
        year -= 1
    k, j = year % 100, year // 100
    return (day + 13 * (month + 1) // 5 + k + k // 4 + j // 4 + 5 * j + 5) % 7


def month_lines(year, month):
    lines = [f"{MONTHS[month - 1]} {year}".center(20), "Mo Tu We Th Fr Sa Su"]
    cells = ["  "] * weekday(year, month, 1) + [f"{d:2}" for d in range(1, days_in(year, month) + 1)]
    for i in range(0, 42, 7):
        lines.append(" ".join(cells[i:i + 7]).ljust(20))
    return lines


def easter(year):
    """Anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * l) // 433
    month = (h + l - 7 * m + 90) // 25
    return month, (h + l - 7 * m + 33 * month + 19) % 32


for first in (1, 4):
    for line in zip(*(month_lines(2024, m) for m in range(first, first + 3))):
        print("   ".join(line).rstrip())
print("\n".join(l.rstrip() for l in month_lines(1900, 2)))

import calendar
for y in (1582, 1752, 1999, 2000, 2023, 2100):
    for m in range(1, 13):
        assert calendar.monthrange(y, m) == (weekday(y, m, 1), days_in(y, m))
print(calendar.month(2023, 10))
print({y: easter(y) for y in (1954, 1981, 2000, 2019, 2024, 2038)})
thirteenths = [(y, m) for y in range(2020, 2027) for m in range(1, 13) if weekday(y, m, 13) == 4]
print(len(thirteenths), thirteenths)
