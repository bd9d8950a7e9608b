import sys


def tokens(text):
    try:
        for word in text.split():
            if word == "halt":
                raise SystemExit(8)
            yield word
    finally:
        print("tokenizer closed")


def numbered(source):
    for n, item in enumerate(source, 1):
        yield n, item
    print("source ran dry")


for n, word in numbered(tokens("just a few words")):
    print(n, word)

# Closing early runs the finally block at once.
gen = tokens("one two three")
print(next(gen))
gen.close()

gen = tokens("alpha beta")
next(gen)
try:
    gen.throw(SystemExit("thrown in"))
except SystemExit as e:
    print("came back:", e.code)
print(next(gen, "exhausted"))

for n, word in numbered(tokens("stop right there halt and go on")):
    print(n, word)
print("not reached")
