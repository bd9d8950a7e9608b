# argv: -c
(.a // "none"), (.b // "none"), (try error("x") catch .), (.c? // 0), ([.[]?] | length), (if .a then "yes" elif .b then "b" else "no" end), (.a and .b, .a or .b | not)
