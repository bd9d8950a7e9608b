# argv: -cS
.items |= map(.price *= 2) | .items[0].tags += ["new"] | .total = ([.items[].price] | add) | del(.items[1]) | with_entries(.key |= ascii_upcase)
