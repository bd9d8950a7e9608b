# differs: the order in which objects go at the very end
import atexit


class Tracked:
    alive = 0

    def __init__(self, name):
        self.name = name
        Tracked.alive += 1

    def __del__(self):
        type(self).alive -= 1
        print("gone:", self.name)


class Holder:
    shared = Tracked("class attribute")

    def __init__(self):
        self.own = Tracked("instance attribute")


def with_default(x=Tracked("default argument")):
    local = Tracked("local")
    return x.name


atexit.register(lambda: print("at exit, alive:", Tracked.alive))
_private = Tracked("private global")
first = Tracked("global one")
second = Tracked("global two")
holder = Holder()
in_list = [Tracked("list item 0"), Tracked("list item 1")]
print(with_default())
print("alive at the end of the module:", Tracked.alive)
first = Tracked("global one, replaced")
