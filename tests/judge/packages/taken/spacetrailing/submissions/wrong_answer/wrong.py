print("Hello", end="")
