import gzip
import io

log = "".join(f"{i:05d} event {'ok' if i % 7 else 'FAILED'}\n" for i in range(3000))

buf = io.BytesIO()
with gzip.GzipFile(filename="events.log", mode="wb", fileobj=buf, mtime=0) as f:
    for line in log.splitlines(True):
        f.write(line.encode())
blob = buf.getvalue()
print("header", blob[:10].hex(), blob[10:21], "ratio above 4:", len(log) > 4 * len(blob))

with gzip.open(io.BytesIO(blob), "rt", encoding="ascii") as f:
    failed = [line.split()[0] for line in f if "FAILED" in line]
print(len(failed), failed[:5], failed[-1])

with gzip.GzipFile(fileobj=io.BytesIO(blob)) as f:
    print(f.readline(), f.tell(), f.mtime)
    f.seek(14 * 1000)
    print(f.read(20), f.peek(5)[:5], f.seekable(), f.writable())
    f.seek(0)
    print(len(f.read()) == len(log))

# Members follow one another and read as one.
joined = gzip.compress(b"first ", mtime=0) + gzip.compress(b"second", mtime=0) + b"\0" * 16
print(gzip.decompress(joined))
print(gzip.compress(b"same", mtime=1) == gzip.compress(b"same", mtime=1))

for name, bad in {"magic": b"hello world", "cut": blob[:-5], "crc": blob[:-8] + b"\0\0\0\0" + blob[-4:], "empty": b""}.items():
    try:
        print(name, len(gzip.decompress(bad)))
    except (gzip.BadGzipFile, EOFError) as e:
        print(name, type(e).__name__, "" if name == "crc" else e)
try:
    gzip.GzipFile(fileobj=io.BytesIO(blob)).write(b"x")
except OSError as e:
    print("write refused:", type(e).__name__)
