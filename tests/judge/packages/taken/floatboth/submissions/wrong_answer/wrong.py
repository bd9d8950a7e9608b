print("0.0314 1000000 one")
