"""A small bank account model that demonstrates properties and class attributes."""

class InsufficientFunds(Exception):
    """Raised when a withdrawal exceeds the available balance."""

    def __init__(self, balance, amount):
        super().__init__(f"cannot withdraw {amount:.2f}, balance is only {balance:.2f}")
        self.balance = balance
        self.amount = amount

class BankAccount:
    interest_rate = 0.02
    _count = 0

    def __init__(self, owner, balance=0.0):
        self.owner = owner
        self._balance = float(balance)
        self._history = []
        BankAccount._count += 1

    @property
    def balance(self):
        """Current balance, read only."""
        return self._balance

    @property
    def owner(self):
        return self._owner

    @owner.setter
    def owner(self, name):
        if not isinstance(name, str) or not name.strip():
            raise ValueError("owner must be a non-empty string")
        self._owner = name.strip().title()

    def deposit(self, amount):
        self._balance += amount
        self._history.append(("deposit", amount))
        return self

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds(self._balance, amount)
        self._balance -= amount
        self._history.append(("withdraw", amount))
        return self

    def add_interest(self):
        self.deposit(round(self._balance * self.interest_rate, 2))

    @classmethod
    def how_many(cls):
        return cls._count

    def __repr__(self):
        return f"{type(self).__name__}(owner={self._owner!r}, balance={self._balance})"

class SavingsAccount(BankAccount):
    interest_rate = 0.05

def main():
    alice = BankAccount("  alice smith ", 1200)
    bob = SavingsAccount("BOB", 50)
    alice.deposit(300).withdraw(125.75)
    bob.add_interest()
    print(alice, bob, sep="\n")
    print(BankAccount.how_many(), "accounts")
    print(alice._history)

    try:
        bob.withdraw(99)
    except InsufficientFunds as e:
        print("Error:", e)
        print("short by", e.amount - e.balance)

    try:
        alice.balance = 1_000_000
    except AttributeError as e:
        print("AttributeError:", e)

    for bad in ("", "   ", 42, None):
        try:
            alice.owner = bad
        except ValueError as e:
            print(f"{bad!r}: {e}")


if __name__ == "__main__":
    main()
