# argv: --tab
.
