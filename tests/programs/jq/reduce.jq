# argv: -n
reduce range(1; 101) as $i (0; . + $i), (foreach range(5) as $i (1; . * 2; [$i, .])), ([limit(5; range(10))] | add)
