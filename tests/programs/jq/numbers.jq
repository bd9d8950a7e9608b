# argv: -c
[.[] | floor], [.[] | sqrt | floor], (map(. / 2 | floor)), 5 % 3, -5 % 3, ([0.1 + 0.2 > 0.3]), infinite > 1, ([nan] | sort | length)
