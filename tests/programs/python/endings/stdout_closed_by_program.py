import sys

with open(sys.stdout.fileno(), "w", closefd=False) as second:
    print("through a second file object", file=second)

print("through the usual one")
print("closed:", sys.stdout.closed, flush=True)
stream = sys.stdout
stream.close()

caught = []
for action in (lambda: print("too late"),
               lambda: stream.write("too late"),
               lambda: stream.flush(),
               lambda: stream.fileno()):
    try:
        action()
    except ValueError as e:
        caught.append(str(e))

# Nobody can hear a print any more, so the exit code tells the result.
sys.exit(30 + len(caught) if stream.closed else 1)
