from collections import deque

class Tree:
    def __init__(self, label, *children):
        self.label = label
        self.children = children

    def __iter__(self):          # preorder
        yield self.label
        for c in self.children:
            yield from c

    def postorder(self):
        for c in self.children:
            yield from c.postorder()
        yield self.label

    def levels(self):
        level = [self]
        while level:
            yield [t.label for t in level]
            level = [c for t in level for c in t.children]

    def breadth(self):
        q = deque([self])
        while q:
            t = q.popleft()
            yield t.label
            q.extend(t.children)

    def paths(self, prefix=()):
        here = prefix + (self.label,)
        if not self.children:
            yield "/".join(here)
        for c in self.children:
            yield from c.paths(here)

    def draw(self, indent="", last=True, root=True):
        yield self.label if root else indent + ("└── " if last else "├── ") + self.label
        nxt = "" if root else indent + ("    " if last else "│   ")
        for i, c in enumerate(self.children):
            yield from c.draw(nxt, i == len(self.children) - 1, False)


def flatten(x, depth=-1):
    for item in x:
        if isinstance(item, (list, tuple, set)) and depth != 0:
            yield from flatten(item, depth - 1)
        else:
            yield item


def permutations(s):
    if len(s) <= 1:
        yield s
        return
    for i, c in enumerate(s):
        for rest in permutations(s[:i] + s[i+1:]):
            yield c + rest


def hanoi(n, a="A", b="B", c="C"):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield f"{a}->{c}"
        yield from hanoi(n - 1, b, a, c)


T = Tree
t = T("app", T("bin", T("env"), T("ls")), T("lib", T("python", T("os.py"), T("re.py"))), T("share"))
print(*t)
print(*t.postorder())
print(*t.levels())
print(*t.breadth())
print(*t.paths(), sep="\n")
print(*t.draw(), sep="\n")
nested = [1, [2, (3, [4, [5]])], "67", []]
print(list(flatten(nested)), list(flatten(nested, 1)))
print(list(permutations("abcd"))[::5])
print(*hanoi(4))
