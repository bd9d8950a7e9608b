# verdict: fuel_exhausted
def integrate(f, start, end, step):
    area = 0.0
    x = start
    # Ten steps of 0.1 are not 1.0, so the end is never met.
    while x != end:
        area += f(x) * step
        x += step
        if x > 1e6:
            x = 2.0
            area = 0.0
    return area


print(integrate(lambda x: 2 * x, 0.0, 1.0, 0.25), flush=True)
print(integrate(lambda x: x * x, 0.0, 1.0, 0.125), flush=True)
print(integrate(lambda x: x * x, 0.0, 1.0, 0.1))
