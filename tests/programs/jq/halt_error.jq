"before", ("bye" | halt_error(3)), "never"
