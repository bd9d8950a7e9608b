import csv, sys
from decimal import Decimal
from itertools import groupby

rows = list(csv.DictReader(sys.stdin, delimiter=';', restkey='extra', restval='?'))
for r in rows:
    print(r)

rows = [r for r in rows if r['price'] not in ('', '?')]
rows.sort(key=lambda r: (r['group'], r['item']))
total = Decimal(0)
for group, items in groupby(rows, key=lambda r: r['group']):
    s = sum((Decimal(r['price'].replace(',', '.')) * int(r['count']) for r in items), Decimal())
    total += s
    print('%-10s %12s' % (group, s))
print('%-10s %12s' % ('TOTAL', total))

w = csv.writer(sys.stdout, quoting=csv.QUOTE_MINIMAL, lineterminator='\n')
for r in rows:
    w.writerow([r['item'], r['count'], r['note']])
w = csv.DictWriter(sys.stdout, ['item', 'price'], extrasaction='ignore', quoting=csv.QUOTE_ALL)
w.writeheader()
w.writerows(rows)
