import re
from collections import Counter, defaultdict
from datetime import datetime

LOG = '''
203.0.113.7 - - [12/Mar/2023:08:01:12 +0000] "GET /index.html HTTP/1.1" 200 5120
203.0.113.7 - - [12/Mar/2023:08:01:13 +0000] "GET /style.css HTTP/1.1" 200 830
198.51.100.23 - alice [12/Mar/2023:08:15:40 +0000] "POST /login HTTP/1.1" 302 0
198.51.100.23 - alice [12/Mar/2023:08:15:41 +0000] "GET /account HTTP/1.1" 200 9001
192.0.2.99 - - [12/Mar/2023:09:30:00 +0000] "GET /wp-admin.php HTTP/1.0" 404 196
192.0.2.99 - - [12/Mar/2023:09:30:00 +0000] "GET /admin HTTP/1.0" 403 199
192.0.2.99 - - [12/Mar/2023:09:30:01 +0000] "GET /.env HTTP/1.0" 404 196
this line is damaged
203.0.113.7 - - [12/Mar/2023:10:45:59 +0000] "GET /index.html HTTP/1.1" 304 -
198.51.100.77 - - [12/Mar/2023:23:59:59 +0100] "DELETE /item/42 HTTP/2" 500 71
'''

PATTERN = re.compile(r'''
    (?P<ip>\S+)\ \S+\ (?P<user>\S+)\ \[(?P<time>[^\]]+)\]\ # who and when
    "(?P<method>[A-Z]+)\ (?P<path>\S+)\ [^"]*"\ # what
    (?P<status>\d{3})\ (?P<size>\d+|-)''', re.VERBOSE)

hits = Counter()
status = Counter()
bytes_by_ip = defaultdict(int)
hours = Counter()
bad = []

for number, line in enumerate(LOG.strip().splitlines(), 1):
    m = PATTERN.fullmatch(line)
    if not m:
        bad.append(number)
        continue
    d = m.groupdict()
    when = datetime.strptime(d["time"], "%d/%b/%Y:%H:%M:%S %z")
    hits[d["path"]] += 1
    status[d["status"][0] + "xx"] += 1
    bytes_by_ip[d["ip"]] += 0 if d["size"] == "-" else int(d["size"])
    hours[when.astimezone(__import__("datetime").timezone.utc).hour] += 1
    if d["user"] != "-":
        print("user", d["user"], "at", when.isoformat(), d["method"], d["path"])

print("unreadable lines:", bad)
print("status:", dict(sorted(status.items())))
print("top page:", hits.most_common(1))
for ip, n in sorted(bytes_by_ip.items(), key=lambda kv: -kv[1]):
    print(f"{ip:<16}{n:>8}")
for h in range(24):
    if hours[h]:
        print(f"{h:02}h {'#' * hours[h]}")
error_rate = (status["4xx"] + status["5xx"]) / status.total()
print(f"error rate {error_rate:.1%}")
