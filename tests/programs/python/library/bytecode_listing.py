"""Names and arguments of instructions, not their numbers."""
import dis
import io


def classify(n):
    if n < 0:
        return "negative"
    total = 0
    for i in range(n):
        total += i if i & 1 else -i
    return f"{total:>5}"


def guarded(path):
    try:
        with path as p:
            return [c for c in p.items if c is not None]
    except KeyError as e:
        raise ValueError("no items") from e


def make_adder(k):
    def add(x, *, step=1):
        nonlocal k
        k += step
        return x + k
    return add


async def wait(x):
    return await x


for fn in (classify, guarded, make_adder, make_adder(3), wait):
    code = fn.__code__
    print(f"== {code.co_qualname}: args {code.co_argcount}+{code.co_kwonlyargcount}, locals {code.co_varnames}, free {code.co_freevars}, cells {code.co_cellvars}")
    for ins in dis.get_instructions(fn):
        arg = "" if ins.arg is None or ins.opname.startswith(("JUMP", "POP_JUMP", "FOR_ITER", "SEND", "LOAD_CONST")) else ins.argrepr
        print(f"  {'>' if ins.is_jump_target else ' '} {ins.opname:<28}{arg}".rstrip())

print(dis.code_info(classify).splitlines()[0], sorted(dis.COMPILER_FLAG_NAMES.values())[:3])
names = {name for _, name in [(0, i.opname) for i in dis.Bytecode("a.b(c)[d] = e")]}
print(sorted(names))
print("RETURN_VALUE" in dis.opmap, dis.opname[dis.opmap["NOP"]], dis.stack_effect(dis.opmap["POP_TOP"]), dis.opmap["JUMP_FORWARD"] in dis.hasjump)
out = io.StringIO()
dis.dis("x = 1 if y else 2", file=out)
print([line.split()[-1] if line else "" for line in out.getvalue().splitlines()][:3])
print([(start, line) for start, line in dis.findlinestarts(compile("a = 1\n\nb = a\n", "made", "exec"))] != [])
