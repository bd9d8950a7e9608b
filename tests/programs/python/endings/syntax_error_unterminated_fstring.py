name = "world"
items = [1, 2, 3]
print("hello")
print(f"{name}: {len(items)} items")
print(f"{name}: {items[0} is the first")
print(f"sum: {sum(items)}")
