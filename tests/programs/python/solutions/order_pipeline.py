"""Orders go through validation, reservation and payment."""
import logging
import sys
from dataclasses import dataclass, field

logging.basicConfig(stream=sys.stdout, format="%(levelname)-7s %(funcName)s: %(message)s", level=logging.INFO)
log = logging.getLogger("orders")


class ValidationError(Exception):
    pass


class PaymentError(Exception):
    def __init__(self, order_id: int, reason: str):
        super().__init__(f"order {order_id}: {reason}")
        self.order_id = order_id


@dataclass
class Order:
    id: int
    customer: str
    lines: dict[str, int]
    status: list[str] = field(default_factory=lambda: ["new"])


STOCK = {"book": 5, "pen": 100}
PRICES = {"book": 1250, "pen": 99}
WALLETS = {"ann": 10_000, "bob": 300}


def validate(order: Order) -> None:
    for item, n in order.lines.items():
        if item not in PRICES:
            raise ValidationError(f"order {order.id}: unknown item {item!r}")
        if n <= 0:
            raise ValidationError(f"order {order.id}: quantity {n}")
    order.status.append("valid")


def reserve(order: Order) -> None:
    for item, n in order.lines.items():
        if STOCK[item] < n:
            log.warning("only %d of %s left, %d wanted", STOCK[item], item, n)
        STOCK[item] -= n
    order.status.append("reserved")


def pay(order: Order) -> None:
    total = sum(PRICES[i] * n for i, n in order.lines.items())
    try:
        if WALLETS[order.customer] < total:
            raise ValueError(f"{total - WALLETS[order.customer]} cents are missing")
        WALLETS[order.customer] -= total
    except (KeyError, ValueError) as e:
        raise PaymentError(order.id, "payment refused") from e
    order.status.append("paid")
    log.info("%s paid %.2f", order.customer, total / 100)


def process(order: Order) -> None:
    try:
        for stage in (validate, reserve, pay):
            stage(order)
    except ValidationError as e:
        order.status.append("rejected")
        log.error("%s", e)
    finally:
        print(order.id, " -> ".join(order.status))


orders = [Order(1, "ann", {"book": 2, "pen": 10}), Order(2, "ann", {"cup": 1}), Order(3, "ann", {"book": 4}),
          Order(4, "bob", {"pen": -1}), Order(5, "bob", {"pen": 4}), Order(6, "zoe", {"pen": 1})]
for o in orders:
    process(o)
print(STOCK, WALLETS)
