import random
from collections import Counter

r = random.Random(1234)
print([r.randint(1, 100) for _ in range(10)])
print([round(r.random(), 12) for _ in range(4)])
print(r.choices("RGB", weights=[5, 3, 1], k=20))
deck = [f"{rank}{suit}" for suit in "CDHS" for rank in "A23456789TJQK"]
r.shuffle(deck)
print(" ".join(deck[:13]))
print(r.sample(range(10**9), 4), r.sample(["x", "y"], counts=[3, 2], k=4))
print(r.getrandbits(70), r.randbytes(8).hex(), r.randrange(0, 1000, 25))

# the shaped ones, rounded, as their last digit is the C library's
for name, args in [("gauss", (0, 1)), ("normalvariate", (10, 2)), ("expovariate", (0.5,)), ("betavariate", (2, 5)),
                   ("gammavariate", (9, 0.5)), ("lognormvariate", (0, 0.25)), ("paretovariate", (3,)),
                   ("weibullvariate", (1, 1.5)), ("triangular", (0, 10, 3)), ("vonmisesvariate", (0, 4)), ("uniform", (-1, 1))]:
    f = getattr(r, name)
    print(f"{name:16}", [round(f(*args), 6) for _ in range(4)])

state = r.getstate()
first = [r.random() for _ in range(3)]
r.setstate(state)
print(first == [r.random() for _ in range(3)])

for seed in (0, 2**70, "text seed", b"bytes", -17, (1, 2)):
    try:
        print(repr(seed), random.Random(seed).randrange(10**12))
    except TypeError as e:
        print(repr(seed), e)

random.seed(99)
rolls = Counter(random.randint(1, 6) + random.randint(1, 6) for _ in range(3000))
for total in range(2, 13):
    print(f"{total:2} {rolls[total]:4} {'*' * (rolls[total] // 20)}")
print(r.binomialvariate(40, 0.3))
