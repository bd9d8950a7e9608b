print(" Hello\n\nWorld")
