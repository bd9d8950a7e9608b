from decimal import Decimal, ROUND_HALF_UP
from itertools import count

class InsufficientFunds(Exception):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} has {account.balance}, wanted {amount}")
        self.shortfall = amount - account.balance

def money(x):
    return Decimal(x).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

class Account:
    numbers = count(1001)

    def __init__(self, owner, balance="0"):
        self.owner = owner
        self.number = next(Account.numbers)
        self._balance = money(balance)
        self.history = [("open", self._balance)]

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        amount = money(amount)
        if amount <= 0:
            raise ValueError("deposit must be positive")
        self._balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        amount = money(amount)
        if amount > self.available():
            raise InsufficientFunds(self, amount)
        self._balance -= amount
        self.history.append(("withdraw", -amount))

    def available(self):
        return self._balance

    def __repr__(self):
        return f"{type(self).__name__}({self.number}, {self.owner!r}, {self._balance})"

class SavingsAccount(Account):
    def __init__(self, owner, balance="0", rate="0.0175"):
        super().__init__(owner, balance)
        self.rate = Decimal(rate)

    def add_interest(self):
        self.deposit(self._balance * self.rate)

class CheckingAccount(Account):
    overdraft = Decimal(100)

    def available(self):
        return self._balance + self.overdraft

def transfer(source, target, amount):
    source.withdraw(amount)
    try:
        target.deposit(amount)
    except ValueError:
        source.deposit(amount)
        raise

alice, bob = SavingsAccount("Alice", 1200), CheckingAccount("Bob", "50.555")
print(alice, bob)
transfer(alice, bob, "99.99")
bob.withdraw(200)
for _ in range(3):
    alice.add_interest()
print(alice, bob)
for action in (lambda: bob.withdraw(60), lambda: alice.deposit(-5),
               lambda: setattr(alice, "balance", 10 ** 6)):
    try:
        action()
    except InsufficientFunds as e:
        print("refused:", e, "/ short by", e.shortfall)
    except (ValueError, AttributeError) as e:
        print(type(e).__name__, e)
for acc in (alice, bob):
    print(acc.number, acc.owner)
    running = Decimal(0)
    for what, amount in acc.history:
        running += amount
        print(f"   {what:<10}{amount:>+10}{running:>10}")
    assert running == acc.balance
