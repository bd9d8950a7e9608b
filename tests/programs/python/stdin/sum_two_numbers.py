a, b = map(int, input().split())
print(a + b)
print(a - b)
print(a * b)
if b != 0:
    print(a // b, a % b)
    print("%.6f" % (a / b))
print(a ** 2 + b ** 2)
