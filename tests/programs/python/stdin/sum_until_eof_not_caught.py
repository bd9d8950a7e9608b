# Adds numbers up, but forgets that the input ends some day.
total = 0
n = 0
while True:
    x = int(input())
    total += x
    n += 1
    print("after", n, "numbers the sum is", total)
