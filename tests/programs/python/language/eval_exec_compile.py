import ast
import builtins
import operator

ns = {"x": 10}
exec("y = x * 2\ndef double(n):\n    return n * 2\nz = [double(i) for i in range(3)]", ns)
print(ns["y"], ns["z"], sorted(k for k in ns if not k.startswith("__")), "__builtins__" in ns)
print(eval("x + y", ns), eval("a + b", {"a": 1}, {"b": 5}), eval("[v for v in range(x)]", {"x": 3}))

code = compile("total = sum(items)", "<rule>", "exec")
for items in ([1, 2], [10, 20, 30]):
    scope = {"items": items}
    exec(code, scope)
    print(scope["total"], code.co_filename, code.co_names)
expr = compile("2 ** n", "<expr>", "eval")
print([eval(expr, {"n": n}) for n in range(6)])
exec(compile("None\n'text'\n[1,\n2]\n", "<s>", "exec"))

OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
       ast.Pow: operator.pow, ast.USub: operator.neg, ast.Mod: operator.mod}

def safe_eval(text, **names):
    """Evaluate arithmetic only."""
    def ev(node):
        match node:
            case ast.Expression(body=b):
                return ev(b)
            case ast.Constant(value=int() | float() as v):
                return v
            case ast.BinOp(left=l, op=op, right=r) if type(op) in OPS:
                return OPS[type(op)](ev(l), ev(r))
            case ast.UnaryOp(op=op, operand=o) if type(op) in OPS:
                return OPS[type(op)](ev(o))
            case ast.Name(id=name) if name in names:
                return names[name]
        raise ValueError(f"not allowed: {ast.unparse(node)} ({type(node).__name__})")
    return ev(ast.parse(text, mode="eval"))

for text in ("1 + 2 * 3", "-(x ** 2) % 7", "y + 1", "__import__('os')", "'a' * 3", "1 <", "1 / 0"):
    try:
        print(text, "=", safe_eval(text, x=5))
    except (ValueError, SyntaxError, ZeroDivisionError) as e:
        print(text, "->", type(e).__name__, getattr(e, "msg", e))

print(ast.literal_eval("{'a': [1, 2.5, None], (True, b'x'): {3, 4}}"), ast.dump(ast.parse("x = 1 if y else -2").body[0].value))

class Rename(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.copy_location(ast.Name(id="v_" + node.id, ctx=node.ctx), node)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return ast.Call(func=ast.Name("apply", ast.Load()), args=[ast.Constant(type(node.op).__name__), node.left, node.right], keywords=[])

print(ast.unparse(ast.fix_missing_locations(Rename().visit(ast.parse("for i in data:\n  out += i*(k-1)\nelse: done = not i")))))

hidden = {"__builtins__": {"len": builtins.len}}
print(eval("len('abc')", hidden))
try:
    eval("open('x')", hidden)
except NameError as e:
    print("NameError:", e)

def local_exec():
    a = 1
    exec("a = 99; b = 5")
    try:
        print(a, b)
    except NameError as e:
        print("NameError:", e)
    loc = locals()
    loc["a"] = 7
    return a, locals()["a"]

print(local_exec())
for src, mode in (("x = 1", "eval"), ("a = 1\nb = 2", "single"), ("if x:\npass", "exec"), ("def f(:", "exec"), ("x = (1,\n2", "exec"), ("print 'hi'", "exec"), ("\tx\n  y", "exec"), ("x = 'abc", "exec"), ("class = 3", "exec"), ("if x = 3: pass", "exec")):
    try:
        compile(src, "<bad>", mode)
    except SyntaxError as e:
        print(f"{type(e).__name__} line {e.lineno} col {e.offset}: {e.msg}")
