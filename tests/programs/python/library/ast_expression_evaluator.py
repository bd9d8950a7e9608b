"""A safe calculator: one expression or assignment on each line of standard input."""
import ast
import operator
import sys

BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.LShift: operator.lshift,
}
UNARY = {ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Invert: operator.invert, ast.Not: operator.not_}
COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne}
FUNCTIONS = {"abs": abs, "max": max, "min": min, "round": round, "len": len, "sum": sum}


class Refused(Exception):
    pass


class Evaluator(ast.NodeVisitor):
    def __init__(self):
        self.names = {"pi": 3.14159}

    def generic_visit(self, node):
        raise Refused(f"{type(node).__name__} is not allowed")

    def visit_Constant(self, node):
        return node.value

    def visit_Name(self, node):
        try:
            return self.names[node.id]
        except KeyError:
            raise Refused(f"unknown name {node.id}") from None

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > 1000:
            raise Refused("exponent too large")
        try:
            return BINARY[type(node.op)](left, right)
        except KeyError:
            raise Refused(f"operator {type(node.op).__name__}") from None

    def visit_UnaryOp(self, node):
        return UNARY[type(node.op)](self.visit(node.operand))

    def visit_Compare(self, node):
        left = self.visit(node.left)
        for op, right in zip(node.ops, map(self.visit, node.comparators)):
            if not COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def visit_IfExp(self, node):
        return self.visit(node.body if self.visit(node.test) else node.orelse)

    def visit_Call(self, node):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            raise Refused("call of " + ast.unparse(node.func))
        return FUNCTIONS[node.func.id](*map(self.visit, node.args))

    def visit_List(self, node):
        return [self.visit(e) for e in node.elts]

    def run(self, line):
        stmt = ast.parse(line).body[0]
        if isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], ast.Name):
            value = self.names[stmt.targets[0].id] = self.visit(stmt.value)
            return value
        if isinstance(stmt, ast.Expr):
            return self.visit(stmt.value)
        raise Refused(type(stmt).__name__ + " is not an expression")


ev = Evaluator()
for number, line in enumerate(sys.stdin, 1):
    line = line.strip()
    if not line or line.startswith("#"):
        continue
    try:
        print(f"{number}: {line} = {ev.run(line)!r}")
    except Refused as e:
        print(f"{number}: refused: {e}")
    except SyntaxError as e:
        print(f"{number}: syntax error at {e.offset}: {e.msg}")
    except (ArithmeticError, TypeError) as e:
        print(f"{number}: {type(e).__name__}: {e}")
