print("hello  WORLD")
