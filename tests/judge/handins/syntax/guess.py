highest = int(input()
print(highest, flush=True)
