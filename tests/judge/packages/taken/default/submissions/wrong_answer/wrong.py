print("HelloWorld 1.0")
