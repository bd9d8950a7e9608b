import sys
from itertools import permutations, islice

word = sys.stdin.readline().strip()
write = sys.stdout.write
it = permutations(word)
count = 0
while chunk := list(islice(it, 10000)):
    write("\n".join(map("".join, chunk)))
    write("\n")
    count += len(chunk)


def next_permutation(a):
    i = len(a) - 2
    while i >= 0 and a[i] >= a[i + 1]:
        i -= 1
    if i < 0:
        return False
    j = len(a) - 1
    while a[j] <= a[i]:
        j -= 1
    a[i], a[j] = a[j], a[i]
    a[i + 1:] = a[:i:-1]
    return True


print(count)
a = sorted("banana")
distinct = 1
while next_permutation(a):
    distinct += 1
print(distinct, "".join(a), end="")
