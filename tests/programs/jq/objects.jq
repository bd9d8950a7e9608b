# argv: -c
keys, (to_entries | map(.value)), has("a"), (. * {"c": {"d": 1}}), (. + {"a": 2}), ([.[]] | any), ({(.n): .a}), contains({"n": "k"}), ([paths(scalars)] | length), (tojson | fromjson | .n), (map_values(tostring)), ({} | .x = 1)
