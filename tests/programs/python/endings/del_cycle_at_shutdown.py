# differs: the order in which objects go at the very end
import gc
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.peers = []

    def __del__(self):
        print("del", self.name, "with", len(self.peers), "peers")


def ring(*names):
    nodes = [Node(n) for n in names]
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.peers.append(b)
    return nodes[0]


gc.disable()
r = ring("a", "b", "c")
ref = weakref.ref(r, lambda _: print("weak reference died"))
print("alive:", ref() is r)
del r
print("still alive:", ref() is not None)
print("collected some:", gc.collect() >= 3)
print("alive:", ref() is not None)

# This one is only found when the interpreter ends.
keep = ring("x")
fin = weakref.finalize(keep, print, "finalizer of x")
print("finalizer pending:", fin.alive)
lost = ring("lost")
del lost
raise NameError("ending with an error and garbage")
