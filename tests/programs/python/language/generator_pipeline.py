"""Log analysis as a chain of generators. Reads log lines from stdin."""
import sys
import re
from collections import Counter

LOG = re.compile(r'(?P<ip>\S+) \S+ \S+ \[(?P<when>[^\]]+)\] "(?P<method>\w+) (?P<path>\S+)[^"]*" (?P<status>\d+) (?P<size>\d+|-)')


def lines(stream):
    for raw in stream:
        raw = raw.strip()
        if raw and not raw.startswith("#"):
            yield raw


def parse(rows, errors):
    for number, row in enumerate(rows, 1):
        m = LOG.match(row)
        if m:
            yield m.groupdict()
        else:
            errors.append(number)


def convert(records, **funcs):
    for rec in records:
        for key, func in funcs.items():
            rec[key] = func(rec[key])
        yield rec


def tee_count(records, counter, key):
    for rec in records:
        counter[rec[key]] += 1
        yield rec


def take_while_budget(records, budget):
    for rec in records:
        budget -= rec["size"]
        if budget < 0:
            print("budget exhausted at", rec["path"])
            return "over"
        yield rec
    return "under"


def drain(gen):
    result = yield from gen
    print("generator returned", result)


errors = []
statuses, methods = Counter(), Counter()
pipeline = lines(sys.stdin)
pipeline = parse(pipeline, errors)
pipeline = convert(pipeline, status=int, size=lambda s: 0 if s == "-" else int(s))
pipeline = tee_count(pipeline, statuses, "status")
pipeline = tee_count(pipeline, methods, "method")
pipeline = (r for r in pipeline if r["status"] < 500)
pipeline = drain(take_while_budget(pipeline, 20_000))

total = 0
for rec in pipeline:
    total += rec["size"]
    print(f'{rec["status"]} {rec["size"]:>6} {rec["method"]:<5}{rec["path"]}')

print("total", total)
print("bad lines", errors)
print(sorted(statuses.items()), methods.most_common())
print("rest of stdin:", sum(1 for _ in sys.stdin))
