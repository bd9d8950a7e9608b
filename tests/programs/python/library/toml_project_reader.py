import tomllib
from datetime import date, datetime

DOC = '''
# a project
title = "Weather \\u00fc"
version = 1.10
released = 2021-05-27T07:32:00-08:00
local = 1979-05-27T00:32:00.999999
day = 1979-05-27
clock = 07:32:00
"quoted key" = 'C:\\raw\\path'
site."example.org".live = true
numbers = [0xDEAD, 0o755, 0b1010, 1_000_000, -17, +0, 6.626e-34, inf, -nan]
mixed = [[1, 2], ["a", """
multi
line \\
    joined"""], {x = 1, y.z = 2}]

[build]
steps = ["clean",
  "test", # comment
]
[build.env]
PATH = '/bin'

[[author]]
name = "Ann"
  [[author.book]]
  year = 1999
  [[author.book]]
  year = 2004
[[author]]
name = "Bob"
'''


def show(value, depth=0):
    for key, v in value.items():
        if isinstance(v, dict):
            print("  " * depth + f"{key}:")
            show(v, depth + 1)
        elif isinstance(v, list) and v and isinstance(v[0], dict):
            for i, item in enumerate(v):
                print("  " * depth + f"{key}[{i}]:")
                show(item, depth + 1)
        else:
            print("  " * depth + f"{key} = {v!r}")


doc = tomllib.loads(DOC)
show(doc)
print(isinstance(doc["released"], datetime), isinstance(doc["day"], date), doc["released"].utcoffset())
print(tomllib.loads("pi = 3.14159", parse_float=lambda s: f"<{s}>"))

for bad in ("a = 1\na = 2", "a = ", "[t]\n[t]", "a.b = 1\na.b.c = 2", "x = 01", 's = "a\nb"', "d = 2021-13-01", "[[a]]\n[a]", "= 1", "k = [1, 2", "a = 1 b = 2",
            'e = "\\q"', "t = {a = 1, a = 2}"):
    try:
        print(tomllib.loads(bad))
    except tomllib.TOMLDecodeError as e:
        print(f"{bad!r}: line {e.lineno} column {e.colno}: {e.msg}")
