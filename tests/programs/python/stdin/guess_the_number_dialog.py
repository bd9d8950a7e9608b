import random

random.seed(20)
secret = random.randint(1, 100)
tries = 0
low, high = 1, 100
print("I think of a number from 1 to 100.")
try:
    while True:
        guess = input(f"[{low}-{high}] your guess: ")
        if not guess.isdecimal():
            print("That is no number!")
            continue
        guess = int(guess)
        tries += 1
        if guess < secret:
            print("Too low.")
            low = max(low, guess + 1)
        elif guess > secret:
            print("Too high.")
            high = min(high, guess - 1)
        else:
            print(f"Yes! {tries} tries.")
            break
except EOFError:
    print("\nYou gave up. It was", secret)
    raise SystemExit(4)
