from contextvars import Context, ContextVar, copy_context

user: ContextVar[str] = ContextVar("user", default="anonymous")
depth: ContextVar[int] = ContextVar("depth")
trail = ContextVar("trail", default=())


def log(text: str) -> None:
    print(f"{'  ' * depth.get(0)}[{user.get()}] {text}")


def handler(name: str) -> str:
    token = depth.set(depth.get(0) + 1)
    try:
        trail.set(trail.get() + (name,))
        log(f"handling {name}")
        if name.count("/") < 3:
            handler(name + "/sub")
        return name
    finally:
        depth.reset(token)


def request(who: str, path: str) -> None:
    user.set(who)
    handler(path)
    log("trail " + ">".join(trail.get()))


contexts = {}
for who, path in [("ana", "/a"), ("bo", "/b/c")]:
    contexts[who] = copy_context()
    contexts[who].run(request, who, path)
log("outside nothing has changed")
print(trail.get(), [ctx[user] for ctx in contexts.values()])
print(sorted(v.name for v in contexts["ana"]), len(contexts["ana"]), depth in contexts["ana"], contexts["bo"].get(depth, "unset"))

empty = Context()
print(empty.run(user.get), len(empty), user in empty)
try:
    empty.run(depth.get)
except LookupError as e:
    print("LookupError")

t1 = user.set("one")
with user.set("two") as t2:
    print(user.get(), t1.old_value is t1.MISSING, t2.old_value, t2.var is user)
print(user.get())
user.reset(t1)
print(user.get())
for bad in (t1, copy_context().run(user.set, "elsewhere")):
    try:
        user.reset(bad)
    except (RuntimeError, ValueError) as e:
        print(type(e).__name__)
ctx = copy_context()
try:
    ctx.run(ctx.run, print, "never")
except RuntimeError as e:
    print("RuntimeError", "already entered" in str(e))


def counter():
    while True:
        depth.set(depth.get(0) + 10)
        yield depth.get()


c = counter()
print(next(c), next(c), depth.get())
