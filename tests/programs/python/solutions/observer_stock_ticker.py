import weakref
from collections import defaultdict, deque

class Ticker:
    """Publishes prices. Observers are held weakly."""

    def __init__(self):
        self._observers = []
        self.prices = {}

    def attach(self, observer):
        self._observers.append(weakref.ref(observer))
        return observer

    def detach(self, observer):
        self._observers = [r for r in self._observers if r() is not observer]

    def set_price(self, symbol, price):
        old = self.prices.get(symbol)
        self.prices[symbol] = price
        for ref in self._observers:
            if (o := ref()) is not None:
                o.update(symbol, old, price)

    @property
    def living(self):
        return sum(r() is not None for r in self._observers)

class Display:
    def update(self, symbol, old, new):
        if old is None:
            print(f"  {symbol:<5}{new:8.2f}  new")
        else:
            sign = "▲" if new > old else "▼" if new < old else "="
            print(f"  {symbol:<5}{new:8.2f}  {sign} {abs(new - old) / old:.1%}")

class Alarm:
    def __init__(self, symbol, below):
        self.symbol, self.below = symbol, below
        self.fired = 0

    def update(self, symbol, old, new):
        if symbol == self.symbol and new < self.below and (old is None or old >= self.below):
            self.fired += 1
            print(f"  !! {symbol} fell below {self.below}")

    def __del__(self):
        print("  alarm removed")

class Average:
    def __init__(self, n):
        self.windows = defaultdict(lambda: deque(maxlen=n))

    def update(self, symbol, old, new):
        self.windows[symbol].append(new)

    def __getitem__(self, symbol):
        w = self.windows[symbol]
        return sum(w) / len(w)

ticker = Ticker()
display, average = Display(), Average(3)
ticker.attach(display)
ticker.attach(average)
alarm = ticker.attach(Alarm("ACME", 95))

for symbol, price in [("ACME", 100.0), ("INIT", 20.5), ("ACME", 94.5), ("ACME", 94.0), ("ACME", 97.25),
                      ("ACME", 90.0)]:
    print(symbol, price)
    ticker.set_price(symbol, price)
print("alarm fired", alarm.fired, "times;", ticker.living, "observers")
del alarm
print(ticker.living, "observers")
ticker.set_price("ACME", 50.0)
ticker.detach(display)
ticker.set_price("ACME", 60.0)
print(ticker.living, {s: round(average[s], 3) for s in ("ACME", "INIT")}, ticker.prices)
