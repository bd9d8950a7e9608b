"""A handful of basic programming problems and their solutions."""
import math
import re
from collections import Counter
from itertools import groupby


# Write a function to find the shared elements from two lists.
def similar_elements(test_tup1, test_tup2):
    return tuple(sorted(set(test_tup1) & set(test_tup2)))

# Write a function to identify non-prime numbers.
def is_not_prime(n):
    for i in range(2, int(math.sqrt(n)) + 1):
        if n % i == 0:
            return True
    return n < 2

# Write a function to find all words which are at least 4 characters long.
def find_char_long(text):
    return re.findall(r"\b\w{4,}\b", text)

# Write a function to pack consecutive duplicates into sublists.
def pack_consecutive_duplicates(items):
    return [list(group) for _, group in groupby(items)]

# Write a function to get the n-th woodall number.
def is_woodall(x):
    if x % 2 == 0:
        return False
    if x == 1:
        return True
    x += 1
    p = 0
    while x % 2 == 0:
        x //= 2
        p += 1
        if p == x:
            return True
    return False

# Write a function to find the first repeated word.
def first_repeated_word(text):
    seen = set()
    for word in text.split():
        if word in seen:
            return word
        seen.add(word)
    return None

# Write a function to rotate a list to the right by k places.
def rotate_right(items, k):
    k %= len(items)
    return items[-k:] + items[:-k] if k else items[:]

def largest_sum_of_consecutive(nums):
    best = current = nums[0]
    for n in nums[1:]:
        current = max(n, current + n)
        best = max(best, current)
    return best


assert similar_elements((3, 4, 5, 6), (5, 7, 4, 10)) == (4, 5)
assert is_not_prime(10) is True and is_not_prime(35) is True and is_not_prime(37) is False
print(similar_elements((11, 14, 12, 13), (17, 15, 14, 13)))
print([n for n in range(50) if not is_not_prime(n)])
print(find_char_long("Please move back to the stream, Jack and I will wait"))
print(pack_consecutive_duplicates([0, 0, 1, 2, 3, 4, 4, 5, 6, 6, 6, 7, 8, 9, 4, 4]))
print([n for n in range(1, 1000) if is_woodall(n)])
print(first_repeated_word("ab ca bc ca ab"), first_repeated_word("ab ca bc"))
print(rotate_right([1, 2, 3, 4, 5, 6], 8), rotate_right([1], 3))
print(largest_sum_of_consecutive([-2, -3, 4, -1, -2, 1, 5, -3]))
print(Counter("mississippi").most_common())
