# argv: -j
.[], "\n"
