from decimal import Decimal


class BankError(Exception):
    """Base of all errors of the bank."""


class InsufficientFunds(BankError):
    def __init__(self, account, needed):
        self.account = account
        self.needed = needed
        super().__init__(account.owner, needed)

    def __str__(self):
        return f"{self.account.owner} lacks {self.needed - self.account.balance}"


class Account:
    def __init__(self, owner, balance):
        self.owner, self.balance = owner, Decimal(balance)

    def pay(self, other, amount):
        amount = Decimal(amount)
        if amount > self.balance:
            raise InsufficientFunds(self, amount)
        self.balance -= amount
        other.balance += amount
        print(f"{self.owner} -> {other.owner}: {amount}")


anna = Account("Anna", "100.10")
ben = Account("Ben", "5")
anna.pay(ben, "33.35")
ben.pay(anna, "0.05")
print(anna.balance, ben.balance)
try:
    ben.pay(anna, "50")
except BankError as e:
    print("refused:", e, "|", e.args[0], e.args[1])
print("again, and nobody listens")
ben.pay(anna, 1000)
print("unreachable")
