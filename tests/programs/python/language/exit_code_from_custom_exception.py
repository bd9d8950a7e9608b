# A program with its own exception hierarchy that ends with the code of the error.
import sys


class AppError(Exception):
    exit_code = 1
    template = "{detail}"

    def __init__(self, **details):
        self.details = details
        super().__init__(self.template.format(**details))


class NotFound(AppError):
    exit_code = 4
    template = "no account named {name}"


class Declined(AppError):
    exit_code = 5
    template = "{name} has {have}, needs {need}"

    @property
    def missing(self):
        return self.details["need"] - self.details["have"]


accounts = {"ann": 100, "bob": 20}


def pay(src, dst, amount):
    for name in (src, dst):
        if name not in accounts:
            raise NotFound(name=name)
    if accounts[src] < amount:
        raise Declined(name=src, have=accounts[src], need=amount)
    accounts[src] -= amount
    accounts[dst] += amount


def main():
    for args in [("ann", "bob", 30), ("bob", "ann", 5), ("bob", "ann", 500)]:
        print("pay", *args)
        try:
            pay(*args)
        except Declined as e:
            print("declined:", e, "| missing", e.missing)
            raise
        finally:
            print(accounts)


if __name__ == "__main__":
    try:
        main()
    except AppError as e:
        print(f"{type(e).__name__} -> exit code {e.exit_code}")
        sys.exit(e.exit_code)
