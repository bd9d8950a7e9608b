highest = int(input())
for guess in range(1, highest + 1):
    print(guess, flush=True)
    if input() == "right":
        break
