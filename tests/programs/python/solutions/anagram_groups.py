from collections import defaultdict
from itertools import permutations

WORDS = """listen silent enlist inlets tinsel google elbow below state taste
night thing cat act tac dog god stressed desserts parts strap traps sprat
brag grab cinema iceman study dusty save vase angel glean angle lemon melon
solo""".split()


def signature(word):
    return "".join(sorted(word))


def group_anagrams(words):
    groups = defaultdict(list)
    for w in words:
        groups[signature(w)].append(w)
    return [sorted(g) for g in groups.values() if len(g) > 1]


def are_anagrams(a: str, b: str) -> bool:
    clean = lambda s: sorted(c for c in s.lower() if c.isalpha())
    return clean(a) == clean(b)


groups = sorted(group_anagrams(WORDS), key=lambda g: (-len(g), g))
for g in groups:
    print(len(g), " ".join(g))

print()
for a, b in [("Dormitory", "dirty room"), ("The Morse Code", "Here come dots!"),
             ("hello", "world"), ("A gentleman", "Elegant man")]:
    print(f"{a!r:18} {b!r:18} {are_anagrams(a, b)}")

print()
known = set(WORDS)
found = {"".join(p) for p in permutations("aestt")} & known
print(sorted(found))
print(sorted({"".join(p) for p in permutations("abca")}))
