import sys

ages = []
answers = {"yes": 0, "no": 0}

for line in sys.stdin:
    name, age, answer = [field.strip() for field in line.split(",")]
    age = int(age)
    ages.append(age)
    answers[answer] += 1
    print(f"{name:10} {age:3} {answer}")

print("average", sum(ages) / len(ages))
print("oldest", max(ages))
print(answers)
