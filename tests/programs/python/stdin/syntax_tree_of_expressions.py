import ast, operator

OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
       ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
       ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos}


def ev(node, env):
    if isinstance(node, ast.Expression):
        return ev(node.body, env)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return env[node.id]
    if isinstance(node, ast.BinOp):
        return OPS[type(node.op)](ev(node.left, env), ev(node.right, env))
    if isinstance(node, ast.UnaryOp):
        return OPS[type(node.op)](ev(node.operand, env))
    raise TypeError("not allowed: " + type(node).__name__)


env = {"pi": 3.141592653589793}
while True:
    try:
        line = input()
    except EOFError:
        break
    name, eq, expr = line.rpartition(":=")
    try:
        tree = ast.parse(expr.strip(), mode="eval")
        value = ev(tree, env)
    except SyntaxError as e:
        print("syntax error:", e.msg)
    except KeyError as e:
        print("unknown name or operator:", e.args[0] if isinstance(e.args[0], str) else e.args[0].__name__)
    except OverflowError:
        print("too large for a float")
    except (TypeError, ArithmeticError) as e:
        print(type(e).__name__ + ":", e)
    else:
        if eq:
            env[name.strip()] = value
        print(ast.unparse(tree), "=", value)
print(ast.dump(ast.parse("a+1", mode="eval"), indent=2))
