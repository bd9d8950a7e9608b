import sys

sys.stdin.readline()
bindings = dict(line.split() for line in sys.stdin)

def resolve(name):
    target = bindings[name]
    if target.isdigit():
        return int(target)
    return resolve(target)

for name in list(bindings):
    print(name, "=", resolve(name), flush=True)
