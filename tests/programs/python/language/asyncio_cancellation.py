"""Cancelling tasks: cleanup, messages, suppression, uncancel."""
import asyncio

async def careful(log):
    try:
        log.append("working")
        await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        log.append(f"cancelled with {e.args}")
        await asyncio.sleep(0.001)
        log.append("cleaned up")
        raise
    finally:
        log.append("finally")

async def refuses():
    for attempt in range(3):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            print("refuse", attempt)
    return "survived"

async def child(log):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log.append("child cancelled too")
        raise

async def parent(log):
    await child(log)

async def main():
    log = []
    t = asyncio.create_task(careful(log), name="careful-task")
    await asyncio.sleep(0)
    print(t.get_name(), t.done(), t.cancelling())
    print(t.cancel("enough"), t.cancelling())
    try:
        await t
    except asyncio.CancelledError as e:
        print("awaiting it raised CancelledError", e.args)
    print(log, t.cancelled(), t.cancel())

    t = asyncio.create_task(refuses())
    for _ in range(3):
        await asyncio.sleep(0)
        t.cancel()
    print(await t, t.cancelled())

    log = []
    t = asyncio.create_task(parent(log))
    await asyncio.sleep(0)
    t.cancel()
    print(await asyncio.gather(t, return_exceptions=True), log)

    # cancelled before it ever started
    t = asyncio.create_task(careful(log2 := []))
    t.cancel()
    await asyncio.wait([t])
    print(log2, t.cancelled())
    try:
        t.result()
    except asyncio.CancelledError:
        print("no result")

    print(issubclass(asyncio.CancelledError, Exception))

    leftovers = [asyncio.create_task(child(log), name=f"left-{i}") for i in range(2)]
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    print(sorted(x.get_name() for x in others))
    # asyncio.run() cancels the leftovers when main returns
    return log

log = asyncio.run(main())
print(log)
