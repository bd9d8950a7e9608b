"""Ask for some people, one after the other, and greet them."""


def ask_int(prompt):
    while True:
        text = input(prompt)
        try:
            return int(text)
        except ValueError:
            print(f"{text!r} is not a whole number, please try again.")


def main():
    count = ask_int("How many people? ")
    people = []
    for i in range(1, count + 1):
        name = input(f"Name of person {i}: ").strip().title()
        age = ask_int(f"How old is {name}? ")
        people.append((name, age))
    print()
    print("-" * 30)
    for name, age in sorted(people, key=lambda p: (p[1], p[0])):
        print(f"Hello, {name:<12}|{age:>4} years")
    print("-" * 30)
    print("Average age:", round(sum(a for _, a in people) / len(people), 2))


if __name__ == "__main__":
    main()
