# verdict: memory_exceeded
rows = []
row_length = 2000
print("collecting", flush=True)
while True:
    # Every row is a list of its own.
    rows.append([len(rows)] * row_length)
