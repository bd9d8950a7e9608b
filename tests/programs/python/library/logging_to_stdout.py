import logging
import sys

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)-8s %(name)s %(funcName)s: %(message)s")
log = logging.getLogger("shop")
orders = logging.getLogger("shop.orders")
payments = logging.getLogger("shop.payments")
payments.setLevel(logging.DEBUG)
orders.setLevel(logging.WARNING)


def check(order):
    log.debug("not shown: %r", order)
    orders.info("not shown either")
    if order["total"] < 0:
        orders.error("order %(id)d has a negative total of %(total).2f", order)
    payments.debug("charging %s", order["total"])
    try:
        return 100 / order["total"]
    except ZeroDivisionError:
        payments.exception("cannot divide", exc_info=False)


for i, total in enumerate([10.0, -3.5, 0]):
    check({"id": i, "total": total})

print(log.getEffectiveLevel(), orders.isEnabledFor(logging.INFO), orders.parent is log, logging.getLevelName(25), log.hasHandlers())
print(logging.getLevelNamesMapping()["WARN"], sorted(c.name for c in log.getChildren()))
logging.addLevelName(25, "NOTICE")
log.log(25, "a level of our own")

# A second handler with its own form, and no propagation.
class Bracket(logging.Formatter):
    def format(self, record):
        record.levelname = record.levelname[0]
        return "[" + super().format(record) + "]"

h = logging.StreamHandler(sys.stdout)
h.setFormatter(Bracket("{levelname}|{message}", style="{"))
audit = logging.getLogger("audit")
audit.addHandler(h)
audit.propagate = False
audit.warning("disk at %d%%", 91)
audit.critical("no arguments: 100%")
logging.disable(logging.ERROR)
audit.error("disabled")
audit.critical("still on")
logging.disable(logging.NOTSET)
audit.removeHandler(h)
audit.addHandler(logging.NullHandler())
audit.error("into nothing")
logging.shutdown()
