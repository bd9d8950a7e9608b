import re
import sys
from collections import Counter, defaultdict

LINE = re.compile(
    r"""
    ^(?P<host>\S+)\s+-\s+(?P<user>\S+)\s+
    \[(?P<when>[^\]]+)\]\s+
    "(?P<verb>[A-Z]+)\s(?P<path>[^"\s]+)(?:\sHTTP/(?P<proto>[\d.]+))?"\s+
    (?P<status>\d{3})\s+(?P<size>\d+|-)\s*$
    """,
    re.VERBOSE,
)

hits = Counter()
bytes_by_host = defaultdict(int)
by_class = Counter()
rejected = []

for number, raw in enumerate(sys.stdin, 1):
    raw = raw.rstrip("\n")
    if not raw:
        continue
    m = LINE.match(raw)
    if m is None:
        rejected.append((number, raw))
        continue
    f = m.groupdict()
    path = re.sub(r"/\d+(?=/|$)", "/<id>", f["path"].partition("?")[0])
    hits[f["verb"], path] += 1
    by_class[f["status"][0] + "xx"] += 1
    if f["size"] != "-":
        bytes_by_host[f["host"]] += int(f["size"])
    if f["proto"] is None:
        print("no protocol on line", number)

print("== requests")
for (verb, path), n in sorted(hits.items(), key=lambda kv: (-kv[1], kv[0])):
    print(f"{n:4} {verb:6} {path}")
print("== status")
for cls in sorted(by_class):
    print(cls, by_class[cls])
print("== traffic")
for host in sorted(bytes_by_host, key=bytes_by_host.get, reverse=True):
    print(f"{host:>15} {bytes_by_host[host]:>8,}")
print("== rejected")
for number, raw in rejected:
    print(number, repr(raw[:40]))
sys.exit(3 if rejected else 0)
