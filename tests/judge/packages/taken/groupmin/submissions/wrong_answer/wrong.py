group, case = input().split()
print("?" if (group, case) == ("two", "4") else case)
