# argv: -c
[capture("(?<y>[0-9]{4})-(?<m>[0-9]{2})")], [match("[0-9]+"; "g") | .offset, .string], [scan("[a-z]+")], [splits("-")], (sub("(?<a>[0-9]+)"; "<\(.a)>"))
