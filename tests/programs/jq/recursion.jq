# argv: -c
[.. | numbers], [recurse(.children[]?) | .name?], (walk(if type == "object" then del(.name) else . end)), ([while(length > 0; .[1:])]? // "no"), ([1 | until(. > 100; . * 3)])
