# argv: -c
[paths(type == "number")], (.a.b |= . + 1), del(.a.b), to_entries[0].key, getpath(["a","b"])
