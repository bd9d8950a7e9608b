import os
import sys

print("first part", flush=True)


def checksum(text):
    value = 7
    for ch in text:
        value = (value * 31 + ord(ch)) % 65521
    return value


print("checksum", checksum("the rest is silence"), flush=True)
os.close(1)
# The buffer takes this line, but the last flush must fail.
print("second part")
try:
    sys.stdout.flush()
except OSError as e:
    sys.stderr.write(f"flush failed: {e}\n")
print("third part")
