# verdict: memory_exceeded
nest = []
depth = 0
while True:
    nest = [nest, list(range(depth, depth + 500)), {"depth": depth}]
    depth += 1
