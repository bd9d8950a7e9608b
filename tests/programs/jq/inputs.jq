# differs: past the last input is nothing, which is no error
# argv: -nc
[inputs | .x], (try input catch "nothing left")
