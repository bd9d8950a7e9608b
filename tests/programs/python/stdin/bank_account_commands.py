import sys
from decimal import Decimal, InvalidOperation, ROUND_HALF_EVEN, getcontext


class BankError(Exception):
    """Base of what can go wrong."""


class InsufficientFunds(BankError):
    def __init__(self, account, needed):
        super().__init__(f"{account.owner} lacks {needed - account.balance} for {needed}")


class Account:
    CENT = Decimal("0.01")

    def __init__(self, owner):
        self.owner = owner
        self.balance = Decimal("0.00")
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise BankError("the amount must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(self, amount)
        self.balance -= amount
        self.history.append(("withdraw", amount))

    def interest(self, percent):
        gain = (self.balance * percent / 100).quantize(self.CENT, ROUND_HALF_EVEN)
        self.balance += gain
        self.history.append(("interest", gain))

    def __str__(self):
        return f"{self.owner:<8}{self.balance:>16,.2f}"


accounts = {}
failed = 0
for line_no, line in enumerate(sys.stdin, 1):
    parts = line.split()
    if not parts:
        continue
    try:
        if parts[0] == "open":
            if parts[1] in accounts:
                raise BankError(f"{parts[1]} has an account")
            accounts[parts[1]] = Account(parts[1])
        elif parts[0] == "transfer":
            source, target, amount = accounts[parts[1]], accounts[parts[2]], Decimal(parts[3])
            source.withdraw(amount)
            target.deposit(amount)
        else:
            getattr(accounts[parts[1]], parts[0])(Decimal(parts[2]))
    except BankError as e:
        failed += 1
        print(f"line {line_no}: {type(e).__name__}: {e}")
    except (KeyError, AttributeError, IndexError, InvalidOperation) as e:
        failed += 1
        print(f"line {line_no}: bad command {line.strip()!r} ({type(e).__name__})")

for name in sorted(accounts):
    print(accounts[name])
    for what, amount in accounts[name].history:
        print(f"    {what:<10}{amount:>12}")
print("total", sum(a.balance for a in accounts.values()), "precision", getcontext().prec)
raise SystemExit(1 if failed else 0)
