# daily step counter with a running total

goal = 8000
total = 0
days = {"Mon": 7200, "Tue": 9100, "Wed": 4300, "Thu": 12050, "Fri": 8000}


def check(day, steps):
    if steps >= goal:
        return f"{day}: {steps:6,} steps, goal reached"
    return f"{day}: {steps:6,} steps, {goal - steps:,} to go"


def best():
    return max(days, key=days.get)


def streak():
    longest = current = 0
    for steps in days.values():
        current = current + 1 if steps >= goal else 0
        longest = max(longest, current)
    return longest


def add_to_total(steps):
    total += steps
    return total


for day, steps in days.items():
    print(check(day, steps))
print("best day:", best())
print("longest streak:", streak())
for day, steps in days.items():
    print(day, add_to_total(steps))
