print("1000.75 text")
