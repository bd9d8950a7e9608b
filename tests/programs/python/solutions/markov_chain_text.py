import random
from collections import Counter, defaultdict

TEXT = """I am Sam. Sam I am. I do not like that Sam. Do you like green eggs? I do not like them here.
I do not like them there. You do not like them. So you say. Try them and you may. Would you like them
in a house? Would you like them with a mouse? I would not like them in a house. I would not like them
with a mouse. I will not eat them in the rain. I will not eat them on a train. I like them, Sam. I do."""


def build(words, order):
    chain = defaultdict(list)
    for i in range(len(words) - order):
        chain[tuple(words[i:i + order])].append(words[i + order])
    return chain


def generate(chain, rng, length):
    starts = [k for k in chain if k[0][0].isupper()]
    out = list(rng.choice(starts))
    order = len(out)
    while len(out) < length:
        options = chain.get(tuple(out[-order:]))
        if not options:
            break
        out.append(rng.choice(options))
    return " ".join(out)


words = TEXT.split()
rng = random.Random(20)
for order in (1, 2, 3):
    chain = build(words, order)
    print(f"order {order}: {len(chain)} states, {sum(len(v) for v in chain.values())} transitions")
    for _ in range(2):
        print("   ", generate(chain, rng, 14))

followers = Counter(build(words, 1)[("not",)])
print(followers)
letters = Counter(a + b for w in words for a, b in zip(w.lower(), w.lower()[1:]))
print(letters.most_common(6))

# a weather chain, and where it settles
P = {"sun": {"sun": .8, "rain": .15, "snow": .05}, "rain": {"sun": .4, "rain": .5, "snow": .1}, "snow": {"sun": .3, "rain": .3, "snow": .4}}
state = dict.fromkeys(P, 1 / 3)
for _ in range(200):
    state = {t: sum(state[s] * P[s][t] for s in P) for t in P}
print({k: round(v, 6) for k, v in state.items()})
today, days = "sun", Counter()
for _ in range(5000):
    days[today] += 1
    today = rng.choices(list(P[today]), list(P[today].values()))[0]
print({k: days[k] / 5000 for k in P})
