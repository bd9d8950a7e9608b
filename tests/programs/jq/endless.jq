# verdict: fuel_exhausted
# argv: -n
def f: f; f
