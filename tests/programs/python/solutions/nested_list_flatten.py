"""Flatten nested lists in several ways."""
import sys


def flatten(items):
    """Return a flat list of everything inside, at any depth."""
    result = []
    for item in items:
        if isinstance(item, list):
            result.extend(flatten(item))
        else:
            result.append(item)
    return result


def flatten_generator(items):
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from flatten_generator(item)
        else:
            yield item


def flatten_stack(items):
    stack, out = [items], []
    while stack:
        top = stack.pop()
        if isinstance(top, list):
            stack.extend(reversed(top))
        else:
            out.append(top)
    return out


def depth(items):
    if not isinstance(items, list):
        return 0
    return 1 + max((depth(i) for i in items), default=0)


samples = [[], [1, [2, [3, [4]], 5]], [[[[]]]], ["ab", ["cd", 1.5, None]], [[1, 2], [3]]]
for s in samples:
    assert flatten(s) == list(flatten_generator(s)) == flatten_stack(s)
    print(s, "->", flatten(s), "depth", depth(s))

deep = []
for i in range(50):
    deep = [i, deep]
print(len(flatten(deep)), depth(deep))

# a list that contains itself can be printed ...
loop = [1, 2]
loop.append(loop)
print(loop, len(loop), loop[2][2][2][0])
# ... but not flattened
sys.stdout.flush()
print(flatten(loop))
