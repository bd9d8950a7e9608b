# argv: -c
.
