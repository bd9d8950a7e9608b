# differs: whole numbers that a division gives are written with .0
# argv: -c
[.[] | select(.age >= 18) | {name, age, adult: true}] | sort_by(.name), (group_by(.age) | map(length)), (map(.age) | add / length)
