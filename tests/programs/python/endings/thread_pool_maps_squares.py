# differs: there are no threads, processes and sockets
from concurrent.futures import ThreadPoolExecutor, TimeoutError


def slow_square(n):
    total = 0
    for _ in range(n):
        total += n
    return total


def main():
    try:
        with ThreadPoolExecutor(max_workers=3) as pool:
            futures = [pool.submit(slow_square, n) for n in range(8)]
            print([f.result(timeout=0.5) for f in futures])
            print(list(pool.map(len, ["a", "bb", "ccc"])))
    except (RuntimeError, OSError, NotImplementedError, TimeoutError) as e:
        print("pool failed:", type(e).__name__)
        print([slow_square(n) for n in range(8)])
    print("done")


main()
