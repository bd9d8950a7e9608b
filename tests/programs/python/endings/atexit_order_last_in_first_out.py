import atexit


def say(*words, end="\n"):
    print(*words, end=end)


class Session:
    def __init__(self, user):
        self.user = user
        self.actions = []
        atexit.register(self.close)

    def do(self, action):
        self.actions.append(action)

    def close(self):
        print(f"session of {self.user}: {', '.join(self.actions) or 'idle'}")


def late():
    print("registering one more while ending")
    atexit.register(say, "from the late one")


atexit.register(say, "registered first")
atexit.register(say, "no newline;", end=" ")
a = Session("ann")
b = Session("bob")
atexit.register(late)
atexit.register(say, "cancelled")
twice = lambda: print("registered twice")
atexit.register(twice)
atexit.register(twice)
a.do("login")
a.do("upload")

# unregister takes away every registration of that function
gone = lambda: print("should not appear")
atexit.register(gone)
atexit.register(gone)
atexit.unregister(gone)
print("main is over")
