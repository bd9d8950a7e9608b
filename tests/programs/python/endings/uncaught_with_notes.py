import json

ROWS = ['{"n": 1}', '{"n": 2, "tags": ["a", "b"]}', '{"n": 3,}', '{"n": 4']


def load(rows):
    for number, row in enumerate(rows):
        try:
            yield json.loads(row)
        except json.JSONDecodeError as e:
            e.add_note(f"in row {number}")
            e.add_note(f"text: {row}")
            raise


seen = []
try:
    for item in load(ROWS):
        seen.append(item)
except ValueError as e:
    print(type(e).__name__, e.msg, e.pos, e.lineno, e.colno)
    print(e.__notes__)

print(seen)

try:
    ValueError("x").add_note(3)
except TypeError as e:
    print("notes must be text:", e)

for item in load(ROWS[3:]):
    print(item)
