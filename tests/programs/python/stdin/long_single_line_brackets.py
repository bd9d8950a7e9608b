import sys
from itertools import accumulate

s = input()
print(len(s))
value = {"(": 1, ")": -1, "[": 1, "]": -1}
pairs = {")": "(", "]": "["}
stack = []
matched = 0
deepest = 0
for i, c in enumerate(s):
    if c in "([":
        stack.append(i)
        if len(stack) > deepest:
            deepest = len(stack)
    elif stack and s[stack[-1]] == pairs[c]:
        stack.pop()
        matched += 2
    else:
        stack.clear()
print("matched", matched, "deepest", deepest, "open at the end", len(stack))
levels = list(accumulate(value[c] for c in s))
print(min(levels), max(levels), levels[-1])
print(levels.index(max(levels)), levels.index(min(levels)))
best = cur = 0
last = [-1]
for i, c in enumerate(s):
    if c in "([":
        last.append(i)
    else:
        last.pop()
        if not last:
            last.append(i)
        best = max(best, i - last[-1])
print("longest balanced stretch", best)
