# stderr differs: frames of the interpreter stand below those of the program
import asyncio
import sys

events = []


async def worker(name, delay, code=None):
    try:
        for step in range(3):
            await asyncio.sleep(0)
            events.append(f"{name}{step}")
            if code is not None and step == delay:
                sys.exit(code)
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        events.append(f"{name} cancelled")
        raise
    finally:
        events.append(f"{name} out")


async def main():
    tasks = [
        asyncio.create_task(worker("a", 0)),
        asyncio.create_task(worker("b", 1, code=13)),
        asyncio.create_task(worker("c", 0)),
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        events.append("main out")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except SystemExit as e:
        print("loop left with", e.code)
        raise
    finally:
        for event in events:
            print(event)
