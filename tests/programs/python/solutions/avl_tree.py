class Node:
    def __init__(self, key):
        self.key = key
        self.left = self.right = None
        self.height = 1


def height(n): return n.height if n else 0
def balance(n): return height(n.left) - height(n.right)


def update(n):
    n.height = 1 + max(height(n.left), height(n.right))


def rotate_right(y):
    x = y.left
    y.left, x.right = x.right, y
    update(y); update(x)
    return x


def rotate_left(x):
    y = x.right
    x.right, y.left = y.left, x
    update(x); update(y)
    return y


def rebalance(n):
    update(n)
    if balance(n) > 1:
        if balance(n.left) < 0:
            n.left = rotate_left(n.left)
        return rotate_right(n)
    if balance(n) < -1:
        if balance(n.right) > 0:
            n.right = rotate_right(n.right)
        return rotate_left(n)
    return n


def insert(n, key):
    if n is None:
        return Node(key)
    if key < n.key:
        n.left = insert(n.left, key)
    elif key > n.key:
        n.right = insert(n.right, key)
    return rebalance(n)


def delete(n, key):
    if n is None:
        raise KeyError(key)
    if key < n.key:
        n.left = delete(n.left, key)
    elif key > n.key:
        n.right = delete(n.right, key)
    elif n.left is None:
        return n.right
    elif n.right is None:
        return n.left
    else:
        succ = n.right
        while succ.left:
            succ = succ.left
        n.key = succ.key
        n.right = delete(n.right, succ.key)
    return rebalance(n)


def inorder(n):
    if n:
        yield from inorder(n.left)
        yield n.key
        yield from inorder(n.right)


def draw(n, depth=0):
    if n:
        draw(n.right, depth + 1)
        print("    " * depth + f"{n.key} ({balance(n):+d})")
        draw(n.left, depth + 1)


root = None
for k in [10, 20, 30, 40, 50, 25, 5, 4, 3]:
    root = insert(root, k)
draw(root)
for k in (20, 3, 40):
    root = delete(root, k)
    print("without", k, list(inorder(root)), "height", root.height)
draw(root)
try:
    delete(root, 99)
except KeyError as e:
    print("KeyError", e)

root = None
for k in range(1000):
    root = insert(root, k * 367 % 1009)
keys = list(inorder(root))
assert keys == sorted(keys) and len(keys) == 1000
print("1000 keys, height", root.height, "root", root.key)
for k in keys[::2]:
    root = delete(root, k)
print(len(list(inorder(root))), "keys, height", root.height, "root", root.key)
