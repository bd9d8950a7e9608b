# argv: -sc
map(.n) | add, min, max, (map(. * .) | add), unique, reverse, (. as [$a, $b] | {$a, $b}), index(2), flatten, (sort | .[-1])
