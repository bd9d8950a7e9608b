# Wrong where there is more than one number: commas are no white space.
n = int(input())
if n in (2, 3):
    print("impossible")
else:
    print(*range(2, n + 1, 2), *range(1, n + 1, 2), sep=",")
