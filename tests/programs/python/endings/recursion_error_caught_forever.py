# verdict: fuel_exhausted
def descend(n):
    while True:
        try:
            descend(n + 1)
        except RecursionError:
            # Try again from here, it might work the next time.
            continue


print("going down", flush=True)
descend(0)
print("and up again")
