stack = []
n = 0
while True:
    try:
        line = input(f"[{len(stack)}] ")
    except EOFError:
        print("\nend of input")
        break
    n += 1
    for tok in line.split():
        try:
            if tok in "+-*/" and len(tok) == 1:
                b = stack.pop(); a = stack.pop()
                stack.append(a + b if tok == "+" else a - b if tok == "-" else a * b if tok == "*" else a / b)
            elif tok == "p": print(stack[-1])
            elif tok == "f": print(*reversed(stack), sep="\n")
            else: stack.append(float(tok) if "." in tok else int(tok))
        except (IndexError, ValueError, ZeroDivisionError) as e:
            print("?", tok, type(e).__name__)
print(n, "lines", stack)
