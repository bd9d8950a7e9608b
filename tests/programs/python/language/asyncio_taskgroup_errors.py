import asyncio

async def step(name, ms, error=None):
    try:
        await asyncio.sleep(ms / 1000)
    except asyncio.CancelledError:
        print(f"{name} cancelled")
        raise
    if error:
        print(f"{name} raises {error!r}")
        raise error
    print(f"{name} ok")
    return name.upper()

async def all_good():
    async with asyncio.TaskGroup() as tg:
        tasks = [tg.create_task(step(n, ms)) for n, ms in (("a", 30), ("b", 15), ("c", 1))]
    print([t.result() for t in tasks])

async def one_fails():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(step("slow", 500))
        tg.create_task(step("bad", 15, ValueError("wrong value")))
        tg.create_task(step("fast", 0))
        await asyncio.sleep(1)
        print("never printed")

async def several_fail():
    async def stubborn():
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            raise KeyError("while cleaning up") from None

    async with asyncio.TaskGroup() as tg:
        tg.create_task(stubborn())
        tg.create_task(step("type", 1, TypeError("t")))

async def body_fails():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(step("child", 300))
        await asyncio.sleep(0)
        raise RuntimeError("body failed")

async def main():
    await all_good()

    try:
        await one_fails()
    except* ValueError as eg:
        print("caught", eg.exceptions)

    try:
        await several_fail()
    except* KeyError as eg:
        print("key errors:", [str(e) for e in eg.exceptions])
    except* TypeError as eg:
        print("type errors:", [str(e) for e in eg.exceptions])

    try:
        await body_fails()
    except ExceptionGroup as eg:
        print(eg, [repr(e) for e in eg.exceptions])

    # nested groups
    try:
        async with asyncio.TaskGroup() as outer:
            async def nested():
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(step("deep", 1, OSError("disk")))
            outer.create_task(nested())
            outer.create_task(step("sibling", 400))
    except* OSError as eg:
        def show(e, depth=0):
            print("  " * depth + f"{type(e).__name__}: {e}")
            for sub in getattr(e, "exceptions", ()):
                show(sub, depth + 1)
        show(eg)

asyncio.run(main())
