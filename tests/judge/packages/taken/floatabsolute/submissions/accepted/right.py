print("1000.5 TEXT")
