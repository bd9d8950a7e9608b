import csv
import json
import os

PEOPLE = [
    {"name": "Ada, Countess", "born": 1815, "tags": ["math", "engine"]},
    {"name": 'Grace "Amazing" Hopper', "born": 1906, "tags": []},
    {"name": "Linus\nTorvalds", "born": 1969, "tags": ["kernel"]},
]


def write_all():
    with open("people_tmp.json", "w") as f:
        json.dump(PEOPLE, f, indent=1, sort_keys=True)
    with open("people_tmp.csv", "w", newline="") as f:
        w = csv.DictWriter(f, ["name", "born", "tags"])
        w.writeheader()
        for p in PEOPLE:
            w.writerow({**p, "tags": ";".join(p["tags"])})


def read_all():
    with open("people_tmp.json") as f:
        from_json = json.load(f)
    with open("people_tmp.csv", newline="") as f:
        from_csv = list(csv.DictReader(f))
    return from_json, from_csv


try:
    write_all()
    a, b = read_all()
    print(a == PEOPLE)
    for row in b:
        print(row)
    with open("people_tmp.csv", newline="") as f:
        print(repr(f.read()))
    print(os.path.getsize("people_tmp.json"))
    with open("people_tmp.json", "a") as f:
        f.write("]")
    # There is a bracket too many now.
    read_all()
finally:
    for name in ("people_tmp.json", "people_tmp.csv"):
        os.remove(name)
    print("removed:", not os.path.exists("people_tmp.csv"))
