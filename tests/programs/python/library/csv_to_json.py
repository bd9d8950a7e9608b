import csv, json, sys
rows = list(csv.DictReader(sys.stdin))
for r in rows:
    for k, v in r.items():
        if v.lstrip("-").isdigit():
            r[k] = int(v)
json.dump(rows, sys.stdout, indent=2, ensure_ascii=False)
print()
