def walk(tree, visit, depth=0):
    name, *children = tree
    visit(name, depth)
    for child in children:
        walk(child, visit, depth + 1)


tree = ["root",
        ["usr", ["bin"], ["lib", ["python"]]],
        ["etc", ["passwd"]],
        ["var", ["log"]]]

visited = []


def make_visitor(forbidden):
    def visitor(name, depth):
        def leave():
            # exit is no keyword, only a name that site puts into builtins
            exit(len(visited))
        print("  " * depth + name)
        visited.append(name)
        if name == forbidden:
            print("found", forbidden, "after", len(visited))
            leave()
    return visitor


walk(tree, make_visitor("nothing"))
visited.clear()
print("-" * 10)
walk(tree, make_visitor("passwd"))
print("not reached")
