import io
import os
import zipfile
from datetime import datetime

NAME = "archive_tmp.zip"
WHEN = datetime(2020, 5, 17, 12, 30, 0).timetuple()[:6]


def entry(name):
    info = zipfile.ZipInfo(name, WHEN)
    info.compress_type = zipfile.ZIP_STORED
    return info


with zipfile.ZipFile(NAME, "w") as z:
    z.writestr(entry("readme.txt"), "read me first\n")
    z.writestr(entry("data/numbers.csv"), "".join(f"{n},{n * n}\n" for n in range(50)))
    z.writestr(entry("data/empty"), b"")
    with z.open(entry("blob.bin"), "w") as f:
        f.write(bytes(range(256)))
        f.write(b"tail")

print("size", os.path.getsize(NAME), zipfile.is_zipfile(NAME))
with zipfile.ZipFile(NAME) as z:
    for info in z.infolist():
        print(f"{info.filename:18}{info.file_size:5} {info.CRC:08x} {info.date_time}")
    print(z.testzip())
    with z.open("data/numbers.csv") as f:
        rows = [line.strip().split(",") for line in io.TextIOWrapper(f)]
    print(rows[7], len(rows))
    try:
        z.read("missing.txt")
    except KeyError as e:
        print(e)

with open(NAME, "r+b") as f:
    content = f.read()
    f.seek(content.index(b"read me first"))
    f.write(b"R")
with zipfile.ZipFile(NAME, "a") as z:
    z.writestr(entry("later"), "added later")
    print(z.namelist(), "bad:", z.testzip())
try:
    zipfile.ZipFile(NAME).read("readme.txt")
finally:
    os.remove(NAME)
    print("left behind:", os.path.exists(NAME))
