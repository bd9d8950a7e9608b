# Keeps its guess back, while the judge waits for it.
import sys

print(sys.stdin.readline().strip())
sys.stdin.readline()
