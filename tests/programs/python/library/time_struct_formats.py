import calendar
import time

moments = [0, 951_782_400, 1_000_000_000, 1_234_567_890, 2_147_483_647, 2_147_483_648, 4_102_444_799]
for m in moments:
    t = time.gmtime(m)
    print(f"{m:>11}", time.strftime("%Y-%m-%dT%H:%M:%SZ", t), time.strftime("%a %b %d, week %W, day %j", t), t.tm_wday, t.tm_yday)
    assert calendar.timegm(t) == m

t = time.gmtime(1_000_000_000)
print(time.asctime(t))
print(t.tm_year, t[1], t[-1], len(t), t.tm_isdst)
for code in "aAbBdHIjmMpSUwWyYFTDR%":
    print(f"%{code}={time.strftime('%' + code, t)}", end="; ")
print()
print(time.strftime("%I:%M %p", (2024, 1, 1, 0, 5, 0, 0, 1, 0)), time.strftime("%I:%M %p", (2024, 1, 1, 12, 5, 0, 0, 1, 0)))

for text, fmt in [
    ("30 Nov 00", "%d %b %y"), ("2024-060", "%Y-%j"), ("Friday, March 01, 2024", "%A, %B %d, %Y"), ("11:59:59 PM", "%I:%M:%S %p"),
    ("69", "%y"), ("68", "%y"), ("2024 10 1", "%Y %W %w"), ("100%", "%H0%%"), ("31 Feb", "%d %b"), ("12/13", "%d/%m"), ("x", "%d"), ("1 2", "%d"),
]:
    try:
        s = time.strptime(text, fmt)
        print(f"{text!r:<26} {tuple(s)[:8]}")
    except ValueError as e:
        print(f"{text!r:<26} {type(e).__name__}: {e}")

s = time.struct_time((2020, 2, 29, 1, 2, 3, 5, 60, 0))
print(repr(s))
print(s > time.gmtime(0), sorted([time.gmtime(5), time.gmtime(3)])[0].tm_sec)
try:
    time.strftime("%Y", (2024, 13, 1, 0, 0, 0, 0, 1, 0))
except ValueError as e:
    print(e)
