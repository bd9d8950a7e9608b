# async/await without asyncio: a tiny driver that only understands two requests.
import types
from collections import deque

class Request:
    def __init__(self, kind, *args):
        self.kind, self.args = kind, args

    def __await__(self):
        answer = yield self
        return answer

@types.coroutine
def switch():
    yield Request("switch")

async def ask(question):
    return await Request("ask", question)

async def greeter(n):
    name = await ask("name?")
    for i in range(n):
        print(f"hello {name} #{i}")
        await switch()
    return name.upper()

async def adder():
    total = 0
    while (text := await ask("number?")) != "stop":
        try:
            total += int(text)
        except ValueError:
            print("not a number:", text)
        await switch()
    return total

async def Countdown(n):
    while n:
        n -= 1
        await switch()
        yield n

async def looper():
    seen = [x async for x in Countdown(4) if x != 2]
    async for x in Countdown(2):
        seen.append(-x)
    else:
        seen.append("else")
    return seen

class Session:
    async def __aenter__(self):
        await switch()
        print("enter session")
        return self

    async def __aexit__(self, tp, exc, tb):
        await switch()
        print("exit session", tp and tp.__name__)
        return tp is KeyError

async def guarded():
    async with Session():
        raise KeyError("swallowed")
    async with Session():
        return await greeter(1)

def drive(coros, answers):
    answers = iter(answers)
    queue = deque((c.__name__, c, None) for c in coros)
    while queue:
        name, coro, value = queue.popleft()
        try:
            req = coro.send(value)
        except StopIteration as e:
            print(f"-- {name} returned {e.value!r}")
            continue
        if req.kind == "ask":
            ans = next(answers)
            print(f"{req.args[0]} {ans}")
            queue.appendleft((name, coro, ans))
        else:
            queue.append((name, coro, None))

drive([greeter(2), adder(), looper(), guarded()], ["Ada", "4", "x", "38", "7", "Bob", "stop"])

c = greeter(1)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print("RuntimeError:", e)
