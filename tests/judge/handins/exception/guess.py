# Takes the judge's first answer for a number.
highest = int(input())
print(highest // 2 + 1, flush=True)
answer = input()
if answer != "right":
    print(int(answer))
