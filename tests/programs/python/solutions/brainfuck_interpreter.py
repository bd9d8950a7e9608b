import sys

def compile_bf(source):
    """Fold runs of the same command and resolve the brackets."""
    code, stack = [], []
    for c in source:
        if c in "+-<>":
            op, n = ("add", 1 if c == "+" else -1) if c in "+-" else ("move", 1 if c == ">" else -1)
            if code and code[-1][0] == op:
                code[-1][1] += n
            else:
                code.append([op, n])
        elif c == "[":
            stack.append(len(code))
            code.append(["jz", None])
        elif c == "]":
            if not stack:
                raise SyntaxError("unmatched ]")
            start = stack.pop()
            if code[start + 1:] == [["add", -1]]:
                code[start:] = [["clear", 0]]
                continue
            code[start][1] = len(code)
            code.append(["jnz", start])
        elif c in ".,":
            code.append([c, 0])
    if stack:
        raise SyntaxError("unmatched [")
    return code

def run(source, data=b""):
    code = compile_bf(source)
    tape, p, pc, steps = [0] * 300, 0, 0, 0
    out = bytearray()
    data = iter(data)
    while pc < len(code):
        op, n = code[pc]
        if op == "add": tape[p] = (tape[p] + n) & 255
        elif op == "move": p += n
        elif op == "jz":
            if not tape[p]: pc = n
        elif op == "jnz":
            if tape[p]: pc = n
        elif op == "clear": tape[p] = 0
        elif op == ".": out.append(tape[p])
        else: tape[p] = next(data, 0)
        pc += 1
        steps += 1
    return bytes(out), steps

hello = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."
print(run(hello))
print(run(",[.,]", b"echo \xff"))
print(run(">,[>,]<[.<]", b"stressed"))
print(run("+++++>++++[<+>-]<[->++++++++<]>++++++++."))
fibonacci = """+++++++++++>+>>>>++++++++++++++++++++++++++++++++++++++++++++>++++++++++++++++++++++++++++++++<<<<<<
[>[>>>>>>+>+<<<<<<<-]>>>>>>>[<<<<<<<+>>>>>>>-]<[>++++++++++[-<-[>>+>+<<<-]>>>[<<<+>>>-]+<[>[-]<[-]]>
[<<[>>>+<<<-]>>[-]]<<]>>>[>>+>+<<<-]>>>[<<<+>>>-]+<[>[-]<[-]]>[<<+>>[-]]<<<<<<<]>>>>>
[++++++++++++++++++++++++++++++++++++++++++++++++.[-]]++++++++++<[->-<]>
++++++++++++++++++++++++++++++++++++++++++++++++.[-]<<<<<<<<<<<<[>>>+>+<<<<-]>>>>[<<<<+>>>>-]<-
[>>.>.<<<[-]]<<[>>+>+<<<-]>>>[<<<+>>>-]<<[<+>-]>[<+>-]<<<-]"""
out, steps = run(fibonacci)
print(out.decode().split(", "), steps)
print(compile_bf("++[->+<]>[-]."))
for bad in ("[[]", "+]"):
    try: run(bad)
    except SyntaxError as e: print("SyntaxError:", e)
