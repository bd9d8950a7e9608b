# A menu that reads its choices line by line.
balance = 100


def show():
    print("balance:", balance)


def deposit(amount):
    global balance
    balance += int(amount)
    show()


def withdraw(amount):
    global balance
    if int(amount) > balance:
        print("not enough money")
    else:
        balance -= int(amount)
    show()


actions = {"show": show, "deposit": deposit, "withdraw": withdraw, "quit": quit}

while True:
    choice, *rest = input("> ").split() or ["show"]
    action = actions.get(choice)
    if action is None:
        print("unknown:", choice)
        continue
    try:
        action(*rest)
    except TypeError as e:
        print("bad use of", choice)
    except ValueError as e:
        print("error:", e)
