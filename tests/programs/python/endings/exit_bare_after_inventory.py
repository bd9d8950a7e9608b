import sys

stock = {"bolts": 120, "nuts": 75, "washers": 0, "screws": 310, "hinges": 12}
minimum = {"bolts": 100, "nuts": 100, "washers": 50, "screws": 200, "hinges": 10}


def shortages():
    for name in sorted(stock):
        have, want = stock[name], minimum[name]
        if have < want:
            yield name, want - have


print(f"{'item':<10}{'have':>6}{'want':>6}")
for name in stock:
    print(f"{name:<10}{stock[name]:>6}{minimum[name]:>6}")

order = dict(shortages())
print("to order:", order)
if order:
    # Nothing is wrong with the program itself, so this is no failure.
    sys.exit()

print("everything in stock")
