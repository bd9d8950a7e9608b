import asyncio


async def fetch(name: str, delay: float, fail: bool = False) -> dict:
    """Pretend to fetch something over the network."""
    print(f"start {name}")
    await asyncio.sleep(delay)
    if fail:
        raise ConnectionError(f"{name} is unreachable")
    print(f"finish {name}")
    return {"name": name, "length": len(name)}


async def main() -> None:
    results = await asyncio.gather(
        fetch("alpha", 0.03),
        fetch("beta", 0.01),
        fetch("gamma", 0.02),
    )
    print([r["name"] for r in results])

    results = await asyncio.gather(
        fetch("one", 0.02),
        fetch("two", 0.005, fail=True),
        fetch("three", 0.04),
        return_exceptions=True,
    )
    for r in results:
        if isinstance(r, Exception):
            print("failed:", type(r).__name__, r)
        else:
            print("ok:", r)

    try:
        await asyncio.gather(fetch("x", 0.001, fail=True), fetch("y", 0.02))
    except ConnectionError as exc:
        print("gather raised", exc)
    # y is still running and will finish
    await asyncio.sleep(0.04)
    print("nothing to gather:", await asyncio.gather())


asyncio.run(main())
