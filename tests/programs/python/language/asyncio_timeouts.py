import asyncio

async def slow(x, t=1.0):
    try:
        await asyncio.sleep(t)
        return x
    finally:
        print("  slow", x, "finally")

async def main():
    # wait_for
    print(await asyncio.wait_for(slow("quick", 0.001), 0.5))
    try:
        await asyncio.wait_for(slow("a"), timeout=0.01)
    except TimeoutError as e:
        print("timeout", repr(e), asyncio.TimeoutError is TimeoutError)

    # asyncio.timeout as a context manager
    async with asyncio.timeout(0.5) as cm:
        await asyncio.sleep(0.001)
    print("expired?", cm.expired())
    try:
        async with asyncio.timeout(0.01) as cm:
            await slow("b")
            print("unreachable")
    except TimeoutError:
        print("expired?", cm.expired(), cm)

    # reschedule
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as cm:
        print(cm.when())
        cm.reschedule(loop.time() + 10)
        print(cm.when() > loop.time())

    # nested: the inner one fires first
    try:
        async with asyncio.timeout(5):
            try:
                async with asyncio.timeout(0.005):
                    await slow("c")
            except TimeoutError:
                print("inner timeout")
            await asyncio.sleep(0)
            raise TimeoutError("explicit")
    except TimeoutError as e:
        print("outer saw", repr(e))

    # shield lets the work go on
    task = asyncio.create_task(slow("d", 0.03))
    try:
        await asyncio.wait_for(asyncio.shield(task), 0.002)
    except TimeoutError:
        print("gave up waiting, done =", task.done())
    print("later:", await task)

    try:
        await asyncio.wait_for(slow("e", 1), 0)
    except TimeoutError:
        print("zero timeout")

asyncio.run(main())
