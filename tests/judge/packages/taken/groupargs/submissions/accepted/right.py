print(5 if input() == "low 1" else 500)
