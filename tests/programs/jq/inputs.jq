# differs: input past the last one gives nothing, which is no error
# argv: -nc
[inputs | .x], (try input catch "nothing left")
