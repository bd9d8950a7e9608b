# verdict: memory_exceeded
def grow(seed):
    """Double a text until it does not fit any more, and keep all of them."""
    history = [seed]
    while True:
        history.append(history[-1] + history[-1])


print("doubling", flush=True)
texts = grow("\N{MUSICAL SYMBOL G CLEF}")
print(len(texts))
