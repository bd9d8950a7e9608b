def main():
    capacity = int(input("Capacity of the knapsack: "))
    n = int(input("Number of items: "))
    items = []
    for i in range(n):
        name, weight, value = input(f"Item {i + 1} (name weight value): ").split()
        items.append((name, int(weight), int(value)))

    # dp[i][w] is the best value with the first i items and weight w
    dp = [[0 for w in range(capacity + 1)] for i in range(n + 1)]
    for i in range(1, n + 1):
        name, weight, value = items[i - 1]
        for w in range(capacity + 1):
            dp[i][w] = dp[i - 1][w]
            if weight <= w and dp[i - 1][w - weight] + value > dp[i][w]:
                dp[i][w] = dp[i - 1][w - weight] + value

    print()
    print("Best value:", dp[n][capacity])
    w = capacity
    chosen = []
    for i in range(n, 0, -1):
        if dp[i][w] != dp[i - 1][w]:
            chosen.append(items[i - 1])
            w -= items[i - 1][1]
    for name, weight, value in reversed(chosen):
        print("  take {:<8} weight {:>3}  value {:>4}".format(name, weight, value))
    print("Weight used:", capacity - w, "of", capacity)
    for row in dp:
        print(*row[::10], sep="\t")


main()
