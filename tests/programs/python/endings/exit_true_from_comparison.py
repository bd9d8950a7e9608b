import sys


def bubble(values):
    values = list(values)
    swaps = 0
    for end in range(len(values) - 1, 0, -1):
        for i in range(end):
            if values[i] > values[i + 1]:
                values[i], values[i + 1] = values[i + 1], values[i]
                swaps += 1
    return values, swaps


data = [9, 4, 7, 1, 8, 2, 2, 0]
ordered, swaps = bubble(data)
print(data, "->", ordered)
print("swaps:", swaps)
inversions = sum(a > b for i, a in enumerate(data) for b in data[i + 1:])
print("inversions:", inversions)

# True means success to the author, and 1 to the shell.
sys.exit(swaps == inversions)
