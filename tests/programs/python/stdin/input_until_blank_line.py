# iter(input, "") stops at the first empty line
shopping = {}
for line in iter(input, ""):
    item, _, amount = line.rpartition(" ")
    shopping[item] = shopping.get(item, 0) + int(amount)
for k in sorted(shopping): print(k.ljust(16, '.'), str(shopping[k]).rjust(4, '.'))

# second block: prices
prices = {k: float(v) for k, v in (l.split('=') for l in iter(input, ""))}
cost = 0
for k, n in shopping.items():
    if k in prices:
        cost += prices[k] * n
    else:
        print('no price for', k)
print('cost: {:.2f}'.format(cost))
print('next line:', input())
