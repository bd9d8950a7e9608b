# argv: -c
[first(range(10; 0; -1))], [limit(3; repeat(.n))], isempty(empty), ([range(0; 10; 3)]), (label $out | foreach (1, 2, 3) as $i (0; . + $i; if . > 2 then ., break $out else . end)), ([.n, 2] | combinations(1)?), ([splits("a")?]), (.n as $x | [$x, $x + 1]), ([range(3)] | . as [$a] | $a)
