import json

SOURCE = r'''
{
  "service": {"name": "billing", "port": 8080, "tags": ["eu", "blue"]},
  "limits": {"cpu": 1.5, "memory": null, "burst": true},
  "owners": [{"id": 7, "mail": "ana@example.org"}, {"id": 12, "mail": "bo@example.org"}],
  "note": "caf\u00e9 \ud83d\ude80 line\nbreak",
  "empty": {}, "none": []
}
'''


def flatten(value, prefix=""):
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from flatten(child, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and value:
        for i, child in enumerate(value):
            yield from flatten(child, f"{prefix}[{i}]")
    else:
        yield prefix, value


doc = json.loads(SOURCE)
for path, leaf in flatten(doc):
    print(f"{path} = {json.dumps(leaf)}  ({type(leaf).__name__})")

print(json.dumps(doc, sort_keys=True, separators=(",", ":")))
print(json.dumps(doc["owners"], indent=2))
print(json.dumps(doc["note"], ensure_ascii=False))
print(json.dumps({1: "int key", None: "null key", True: "bool key", 2.5: "float key"}))

# Pairs keep duplicates that a dict would lose.
print(json.loads('{"a": 1, "a": 2, "b": 3}', object_pairs_hook=list))
print(json.loads("[1.10, 2, -0.0, 1e400, NaN]", parse_float=str, parse_constant=lambda c: f"<{c}>"))

for bad in ['{"a": }', "[1, 2", "{'a': 1}", '"\x01"', "", "[1,]", "01", "[] extra"]:
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(f"{bad!r}: {e.msg} at {e.lineno}:{e.colno}")

decoder = json.JSONDecoder()
stream = '{"n": 1} [2, 3]  "four" 5'
pos = 0
while pos < len(stream):
    obj, pos = decoder.raw_decode(stream, pos)
    print("value", obj, "ends at", pos)
    while pos < len(stream) and stream[pos] == " ":
        pos += 1
