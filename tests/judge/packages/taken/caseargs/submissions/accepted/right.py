print(5 if input() == "1" else 500)
