def grade(score):
    if score >= 90:
        return "A"
    elif score >= 75:
        return "B"
      else:
        return "C"


for s in (95, 80, 60):
    print(s, grade(s))
