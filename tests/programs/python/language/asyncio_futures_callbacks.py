import asyncio
import contextvars
from functools import partial

request_id = contextvars.ContextVar("request_id", default="-")
log = []


def note(tag, fut=None):
    log.append(f"{tag} rid={request_id.get()}" + (f" result={fut.result()}" if fut else ""))


async def handler(rid):
    token = request_id.set(rid)
    note("begin")
    await asyncio.sleep(0.001)
    note("end")
    request_id.reset(token)
    return request_id.get()


def main_loop(loop):
    fut = loop.create_future()
    fut.add_done_callback(partial(note, "callback"))
    loop.call_later(0.002, fut.set_result, 42)
    loop.call_soon(note, "soon")
    h = loop.call_later(0.001, note, "never")
    h.cancel()
    print(h.cancelled(), loop.is_running(), loop.is_closed())
    print(loop.run_until_complete(fut))
    print(loop.run_until_complete(asyncio.wait_for(handler("r0"), 1)))


async def main():
    print(await asyncio.gather(handler("r1"), handler("r2")))
    print(request_id.get())

    fut = asyncio.Future()
    print(fut.done())
    asyncio.get_running_loop().call_soon(fut.set_exception, LookupError("nope"))
    try:
        await fut
    except LookupError as e:
        print("LookupError", e, fut.exception() is e)
    try:
        fut.set_result(1)
    except asyncio.InvalidStateError as e:
        print(type(e).__name__)

    ctx = contextvars.copy_context()
    ctx.run(request_id.set, "copied")
    t = asyncio.create_task(handler("r3"), context=ctx)
    print(await t, ctx[request_id])

    event = asyncio.Event()
    waiters = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    print([w.done() for w in waiters])
    event.set()
    print(await asyncio.gather(*waiters), event.is_set())


loop = asyncio.new_event_loop()
main_loop(loop)
loop.close()
print(loop.is_closed())
asyncio.run(main())
print(*log, sep="\n")
with asyncio.Runner() as runner:
    print(runner.run(handler("r4")))
