# Runs the program up to "!" of the input; what follows is what it reads.
import sys

source, _, data = sys.stdin.read().partition("!")
source = [c for c in source if c in "<>+-.,[]"]
jump, stack = {}, []
for i, c in enumerate(source):
    if c == "[":
        stack.append(i)
    elif c == "]":
        j = stack.pop()
        jump[i], jump[j] = j, i
if stack:
    sys.exit("unbalanced")

tape, p, pc, steps = bytearray(300), 0, 0, 0
data = iter(data.encode())
out = bytearray()
while pc < len(source):
    c = source[pc]
    steps += 1
    if c == ">": p += 1
    elif c == "<": p -= 1
    elif c == "+": tape[p] = tape[p] + 1 & 255
    elif c == "-": tape[p] = tape[p] - 1 & 255
    elif c == ".": out.append(tape[p])
    elif c == ",": tape[p] = next(data, 0)
    elif c == "[" and not tape[p]: pc = jump[pc]
    elif c == "]" and tape[p]: pc = jump[pc]
    pc += 1
sys.stdout.write(out.decode("latin-1"))
sys.stdout.write(f"\n({steps} steps, {len(source)} instructions)\n")
sys.exit(tape[0])
