print("1.0005 Word")
