import sys

def parse_csv(text, sep=","):
    """A small state machine. Yields one list of strings per record."""
    field, row = [], []
    state = "start"
    line = 1
    for ch in text + ("" if text.endswith("\n") else "\n"):
        if state == "quoted":
            if ch == '"':
                state = "quote in quoted"
            else:
                field.append(ch)
        elif state == "quote in quoted" and ch == '"':
            field.append('"')
            state = "quoted"
        elif ch == sep or ch == "\n":
            row.append("".join(field))
            field = []
            state = "start"
            if ch == "\n":
                yield row
                row = []
        elif ch == '"' and state == "start":
            state = "quoted"
        elif state == "quote in quoted":
            raise ValueError(f"line {line}: unexpected {ch!r} after closing quote")
        else:
            field.append(ch)
            state = "plain"
        if ch == "\n":
            line += 1
    if state == "quoted":
        raise ValueError(f"line {line}: quoted field is not closed")


text = sys.stdin.read()
header, *rows = parse_csv(text)
print("columns:", header)
for r in rows:
    print(len(r), r)

records = [dict(zip(header, r)) for r in rows if len(r) == len(header)]
total = sum(int(r["qty"]) * float(r["price"]) for r in records if r["qty"])
print(f"total {total:.2f}")

import csv, io
assert list(csv.reader(io.StringIO(text))) == [header] + rows
print("agrees with the csv module")

for broken in ('a,"b', 'a,"b"c,d\n'):
    try:
        print(list(parse_csv(broken)))
    except ValueError as e:
        print("ValueError:", e)
