# Average of n numbers; n comes first, but the file is cut short.
n = int(input("how many? "))
numbers = []
for i in range(n):
    numbers.append(float(input()))
    print(i, numbers[-1], sum(numbers) / len(numbers))
print("average of all:", sum(numbers) / n)
