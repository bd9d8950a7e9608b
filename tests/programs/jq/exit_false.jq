# argv: -e
.ok
