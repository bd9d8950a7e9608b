# All kinds of things that are found by trying and taking back

def subsets_with_sum(nums, target):
    nums = sorted(nums)
    result = []

    def backtrack(start, left, path):
        if left == 0:
            result.append(path[:])
            return
        for i in range(start, len(nums)):
            if i > start and nums[i] == nums[i - 1]:
                continue
            if nums[i] > left:
                break
            path.append(nums[i])
            backtrack(i + 1, left - nums[i], path)
            path.pop()

    backtrack(0, target, [])
    return result

def permutations(seq):
    if not seq:
        yield []
        return
    for i, x in enumerate(seq):
        for rest in permutations(seq[:i] + seq[i + 1:]):
            yield [x] + rest

def colour(graph, k):
    names = list(graph)
    chosen = {}
    def go(i):
        if i == len(names):
            return True
        for c in range(k):
            if all(chosen.get(n) != c for n in graph[names[i]]):
                chosen[names[i]] = c
                if go(i + 1):
                    return True
                del chosen[names[i]]
        return False
    return chosen if go(0) else None

def cryptarithm(words, total):
    """Solve for instance SEND + MORE = MONEY, digit column by column."""
    letters = sorted(set("".join(words) + total))
    weight = {l: 0 for l in letters}
    for w in words:
        for i, l in enumerate(reversed(w)):
            weight[l] += 10 ** i
    for i, l in enumerate(reversed(total)):
        weight[l] -= 10 ** i
    first = {w[0] for w in words + [total]}
    order = sorted(letters, key=lambda l: (-abs(weight[l]), l))
    given = {}
    def go(i, value):
        if i == len(order):
            return value == 0
        rest = sum(abs(weight[l]) for l in order[i:]) * 9
        if abs(value) > rest:
            return False
        for d in range(10):
            if d in given.values() or (d == 0 and order[i] in first):
                continue
            given[order[i]] = d
            if go(i + 1, value + d * weight[order[i]]):
                return True
            del given[order[i]]
        return False
    return dict(sorted(given.items())) if go(0, 0) else None

print(subsets_with_sum([10, 1, 2, 7, 6, 1, 5], 8))
print(len(subsets_with_sum(list(range(1, 26)), 50)))
print(["".join(p) for p in permutations(list("abc"))], sum(1 for _ in permutations([1, 2, 3, 4, 5, 6])))
australia = {"WA": "NT SA", "NT": "WA SA QL", "SA": "WA NT QL NSW VIC", "QL": "NT SA NSW",
             "NSW": "QL SA VIC", "VIC": "SA NSW", "TAS": ""}
australia = {k: v.split() for k, v in australia.items()}
print(colour(australia, 2), colour(australia, 3))
print(cryptarithm(["SEND", "MORE"], "MONEY"))
print(cryptarithm(["TWO", "TWO"], "FOUR"))
print(cryptarithm(["A", "B"], "CC"), cryptarithm(["AB"], "ABC"))
