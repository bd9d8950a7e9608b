"""Typical beginners' mistakes with async code and the errors they give."""
import asyncio
import inspect
import warnings

warnings.simplefilter("ignore")

async def work():
    await asyncio.sleep(0)
    return 1

def not_async():
    return 2

def attempt(label, fn):
    try:
        print(f"{label}: {fn()!r}")
    except BaseException as e:
        print(f"{label}: {type(e).__name__}: {e}")

c = work()
print(type(c).__name__, inspect.iscoroutine(c), inspect.iscoroutinefunction(work), inspect.isawaitable(c))
attempt("run", lambda: asyncio.run(c))
attempt("run twice", lambda: asyncio.run(c))
attempt("run a function", lambda: asyncio.run(work))
attempt("no loop", lambda: asyncio.get_running_loop())

async def nested_run():
    inner = work()
    try:
        asyncio.run(inner)
    finally:
        inner.close()

attempt("nested run", lambda: asyncio.run(nested_run()))

async def await_plain():
    return await not_async()

attempt("await int", lambda: asyncio.run(await_plain()))

async def bad_with():
    with asyncio.Lock():
        pass

attempt("sync with", lambda: asyncio.run(bad_with()))

async def bad_for():
    async for x in [1, 2]:
        pass

attempt("async for list", lambda: asyncio.run(bad_for()))

async def stop():
    raise StopIteration(5)

attempt("StopIteration", lambda: asyncio.run(stop()))

async def leave():
    raise SystemExit(4)

attempt("SystemExit", lambda: asyncio.run(leave()))
attempt("await outside", lambda: compile("await x", "<test>", "exec"))
attempt("async comp", lambda: compile("[x async for x in y]", "<test>", "exec"))
attempt("yield in async comp", lambda: compile("async def f():\n  return [(yield) for x in y]", "<test>", "exec"))
attempt("return in async gen", lambda: compile("async def f():\n  yield 1\n  return 2", "<test>", "exec"))

async def unhandled():
    raise ZeroDivisionError("left unhandled")

print("now the last one, which is not caught")
asyncio.run(unhandled())
