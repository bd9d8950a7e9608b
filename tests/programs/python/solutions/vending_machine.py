from enum import Enum, auto


class State(Enum):
    IDLE = auto()
    HAS_MONEY = auto()
    DISPENSING = auto()
    OUT_OF_ORDER = auto()


class VendingMachine:
    """Finite state machine. Events: insert, select, cancel, kick, repair."""

    COINS = (200, 100, 50, 20, 10)

    def __init__(self, stock, float_):
        self.state = State.IDLE
        self.stock = {code: list(entry) for code, entry in stock.items()}
        self.cash = dict.fromkeys(self.COINS, 0) | float_
        self.credit = 0
        self.kicks = 0

    def change(self, amount):
        coins = []
        left = dict(self.cash)
        for c in self.COINS:
            while amount >= c and left[c]:
                amount -= c
                left[c] -= 1
                coins.append(c)
        return None if amount else coins

    def give(self, coins):
        for c in coins:
            self.cash[c] -= 1
        return "coins " + "+".join(map(str, coins)) if coins else "no change"

    def handle(self, event, arg=None):
        match self.state, event:
            case State.OUT_OF_ORDER, "repair":
                self.kicks, self.state = 0, State.IDLE
                return "repaired"
            case State.OUT_OF_ORDER, _:
                return "out of order"
            case _, "kick":
                self.kicks += 1
                if self.kicks >= 3:
                    self.state = State.OUT_OF_ORDER
                    return "smoke rises"
                return "ouch"
            case _, "insert" if arg not in self.COINS:
                return f"coin {arg} rejected"
            case (State.IDLE | State.HAS_MONEY), "insert":
                self.cash[arg] += 1
                self.credit += arg
                self.state = State.HAS_MONEY
                return f"credit {self.credit}"
            case State.IDLE, "select":
                return "insert coins first"
            case State.HAS_MONEY, "select":
                return self.sell(arg)
            case State.HAS_MONEY, "cancel":
                text = self.give(self.change(self.credit))
                self.credit, self.state = 0, State.IDLE
                return "returned " + text
            case _:
                return "nothing happens"

    def sell(self, code):
        if code not in self.stock:
            return f"no slot {code}"
        name, price, count = self.stock[code]
        if not count:
            return f"{name} sold out"
        if price > self.credit:
            return f"{name} costs {price}, {price - self.credit} missing"
        coins = self.change(self.credit - price)
        if coins is None:
            return "exact change only"
        self.stock[code][2] -= 1
        self.credit, self.state = 0, State.IDLE
        return f"here is your {name}, {self.give(coins)}"


m = VendingMachine({"A1": ("water", 120, 2), "A2": ("chips", 180, 1), "B1": ("gum", 30, 9)}, {20: 2, 50: 1})
script = """select A1;insert 100;select A1;insert 5;insert 50;select A1;insert 200;select A2;insert 200;select A2
select A1;select Z9;cancel;cancel;insert 50;select B1;insert 50;select B1;insert 50;select B1;cancel
kick;insert 10;kick;kick;insert 10;select B1;repair;cancel;insert 20;select B1;select"""
for step in script.replace("\n", ";").split(";"):
    event, _, arg = step.partition(" ")
    reply = m.handle(event, int(arg) if arg.isdigit() else arg or None)
    print(f"{step:<11} {m.state.name:<13} {reply}")
print(m.stock)
print(m.cash, m.credit)
