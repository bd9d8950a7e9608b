while input() == "sample":
    while True:
        pass
print(1)
