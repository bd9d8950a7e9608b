# Reads numbers of growing length; the last has more digits than int() takes.
total = 0
for i in range(4):
    text = input()
    print(i, len(text), text[:10] + "...", flush=True)
    n = int(text)
    total += n
    print(n % 9, n % 11, n.bit_length(), flush=True)
print(total % 10**20)
