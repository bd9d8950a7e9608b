import struct
import sys
from typing import NamedTuple


class Record(NamedTuple):
    ident: int
    kind: bytes
    x: float
    y: float
    flags: int


FORMAT = struct.Struct("<I4sdfH")
stream = sys.stdin.buffer

magic, version, count = struct.unpack(">4sHI", stream.read(10))
print(magic, version, count, FORMAT.size)
records = []
for _ in range(count):
    raw = stream.read(FORMAT.size)
    if len(raw) < FORMAT.size:
        print(f"cut off: only {len(raw)} bytes")
        break
    records.append(Record._make(FORMAT.unpack(raw)))
for r in records:
    print(r)
print(sum(r.x for r in records), [f"{r.flags:016b}" for r in records])
print({r.kind.rstrip(b"\0").decode(): r.ident for r in records})
print("left:", stream.read())
