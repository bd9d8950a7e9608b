# argv: "3 4 2 * 1 5 - 2 3 ^ ^ / +" "5 1 2 + 4 * + 3 -" "1 +" "2 3" "4 0 /" "1 2 swap - dup *" "9 sqrt 2 x" "0x1f 0b101 |"
import operator
import sys
from fractions import Fraction

BINARY = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Fraction(a) / b,
    "^": lambda a, b: a ** b,
    "|": operator.or_,
    "%": operator.mod,
}


def rpn(text, trace=True):
    stack = []
    for token in text.split():
        if token in BINARY:
            b, a = stack.pop(), stack.pop()
            stack.append(BINARY[token](a, b))
        elif token == "dup":
            stack.append(stack[-1])
        elif token == "swap":
            stack[-1], stack[-2] = stack[-2], stack[-1]
        else:
            stack.append(int(token, 0))
        if trace:
            print(f"  {token:<5}", " ".join(map(str, stack)))
    if len(stack) != 1:
        raise ValueError(f"{len(stack)} values left")
    return stack[0]


def to_rpn(infix):
    """Shunting yard."""
    prec = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
    out, ops = [], []
    for t in infix.split():
        if t in prec:
            while ops and ops[-1] != "(" and (prec[ops[-1]] > prec[t] or prec[ops[-1]] == prec[t] and t != "^"):
                out.append(ops.pop())
            ops.append(t)
        elif t == "(":
            ops.append(t)
        elif t == ")":
            while ops[-1] != "(":
                out.append(ops.pop())
            ops.pop()
        else:
            out.append(t)
    return " ".join(out + ops[::-1])


for expression in sys.argv[1:]:
    print(expression)
    try:
        print("  =", rpn(expression))
    except IndexError:
        print("  error: stack is empty")
    except (ValueError, ZeroDivisionError) as e:
        print("  error:", e)

for infix in ("3 + 4 * 2 / ( 1 - 5 ) ^ 2 ^ 3", "( 1 + 2 ) * ( 3 + 4 )", "8 - 3 - 2"):
    code = to_rpn(infix)
    print(f"{infix}  =>  {code}  =>  {rpn(code, trace=False)}")
