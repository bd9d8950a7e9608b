# differs: there are no threads, processes and sockets
try:
    import multiprocessing as mp
except ImportError as e:
    raise SystemExit(f"no multiprocessing: {type(e).__name__}")


def child(conn, numbers):
    conn.send(sum(numbers))
    conn.close()


def main():
    ctx = mp.get_context("fork")
    here, there = ctx.Pipe()
    p = ctx.Process(target=child, args=(there, range(101)))
    p.start()
    if here.poll(0.5):
        print("sum:", here.recv())
    p.join(0.5)
    print("exit code:", p.exitcode)


if __name__ == "__main__":
    try:
        main()
    except Exception as e:
        print("failed:", type(e).__name__)
    print("finished")
