import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext

@asynccontextmanager
async def connect(name, broken=False):
    print(f"connect {name}")
    if broken:
        raise OSError(f"{name} refused")
    try:
        yield name
    finally:
        await asyncio.sleep(0)
        print(f"disconnect {name}")

@contextmanager
def section(title):
    print(f"== {title}")
    yield
    print(f"== end of {title}")

class Transaction:
    def __init__(self, fail_commit=False):
        self.fail_commit = fail_commit
        self.state = "new"

    async def __aenter__(self):
        self.state = "open"
        return self

    async def __aexit__(self, exc_type, exc, tb):
        await asyncio.sleep(0)
        if exc_type is None:
            if self.fail_commit:
                self.state = "failed"
                raise RuntimeError("commit failed")
            self.state = "committed"
        else:
            self.state = f"rolled back ({exc_type.__name__})"
        return exc_type is ValueError

async def notify(what):
    print("notify", what)

async def main():
    with section("all fine"):
        async with AsyncExitStack() as stack:
            names = [await stack.enter_async_context(connect(n)) for n in "abc"]
            stack.push_async_callback(notify, names)
            stack.callback(print, "plain callback")
            stack.enter_context(nullcontext())

    with section("third connection fails"):
        try:
            async with AsyncExitStack() as stack:
                for n in ("x", "y", "z"):
                    await stack.enter_async_context(connect(n, broken=n == "z"))
        except OSError as e:
            print("OSError:", e)

    with section("transactions"):
        for error in (None, ValueError("v"), KeyError("k")):
            tx = Transaction()
            try:
                async with tx:
                    if error:
                        raise error
            except KeyError as e:
                print("propagated", repr(e))
            print(tx.state)
        tx = Transaction(fail_commit=True)
        try:
            async with tx:
                pass
        except RuntimeError as e:
            print(e, "/", tx.state)

asyncio.run(main())
