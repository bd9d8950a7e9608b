group, case = input().split()
while (group, case) == ("two", "4"):
    pass
print(case)
