for _ in range(3):
    print(6, flush=True)
    input()
