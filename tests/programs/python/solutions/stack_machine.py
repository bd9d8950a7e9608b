"""An assembler and a virtual machine with a stack, a call stack and a memory."""


class VMError(RuntimeError):
    pass


def assemble(source):
    labels, code = {}, []
    for line in source.splitlines():
        line = line.split(";")[0].strip()
        if line.endswith(":"):
            labels[line[:-1]] = len(code)
        elif line:
            code.append(line.split())
    program = []
    for op, *args in code:
        program.append((op.upper(), *(labels[a] if a in labels else int(a) for a in args)))
    return program


class Machine:
    def __init__(self, program, fuel=100_000):
        self.program, self.fuel = program, fuel
        self.stack, self.calls, self.memory = [], [], {}
        self.pc = 0
        self.output = []

    def pop(self):
        if not self.stack:
            raise VMError(f"stack underflow at {self.pc - 1}")
        return self.stack.pop()

    def run(self):
        while 0 <= self.pc < len(self.program):
            self.fuel -= 1
            if self.fuel < 0:
                raise VMError("out of fuel")
            op, *args = self.program[self.pc]
            self.pc += 1
            method = getattr(self, "op_" + op.lower(), None)
            if method is None:
                raise VMError(f"unknown instruction {op}")
            if method(*args) == "halt":
                break
        return self.output

    def binary(f):
        def op(self):
            b, a = self.pop(), self.pop()
            self.stack.append(int(f(a, b)))
        return op

    op_add = binary(lambda a, b: a + b)
    op_sub = binary(lambda a, b: a - b)
    op_mul = binary(lambda a, b: a * b)
    op_div = binary(lambda a, b: a // b)
    op_mod = binary(lambda a, b: a % b)
    op_lt = binary(lambda a, b: a < b)
    op_eq = binary(lambda a, b: a == b)

    def op_push(self, n): self.stack.append(n)
    def op_dup(self): self.stack.append(self.stack[-1])
    def op_drop(self): self.pop()
    def op_load(self, i): self.stack.append(self.memory.get(i, 0))
    def op_store(self, i): self.memory[i] = self.pop()
    def op_print(self): self.output.append(self.pop())
    def op_jmp(self, to): self.pc = to
    def op_jz(self, to): self.pc = self.pc if self.pop() else to
    def op_call(self, to): self.calls.append(self.pc); self.pc = to
    def op_ret(self): self.pc = self.calls.pop()
    def op_halt(self): return "halt"


PROGRAMS = {
    "countdown": "push 5\nloop:\ndup\nprint\npush 1\nsub\ndup\njz end\njmp loop\nend:",
    "factorial": """
        push 20
        call fact
        print
        halt
      fact:                 ; n -> n!
        dup
        push 2
        lt
        jz more
        drop
        push 1
        ret
      more:
        dup
        push 1
        sub
        call fact
        mul
        ret""",
    "primes": """
        push 2
        store 0
      next:
        load 0
        push 50
        lt
        jz end
        push 2
        store 1
      try:
        load 1
        load 0
        eq
        jz test
        load 0
        print
        jmp step
      test:
        load 0
        load 1
        mod
        jz step
        load 1
        push 1
        add
        store 1
        jmp try
      step:
        load 0
        push 1
        add
        store 0
        jmp next
      end:""",
    "endless": "again:\npush 1\njmp again", "underflow": "push 1\nadd", "unknown": "fly 1", "zero": "push 1\npush 0\ndiv",
}
for name, source in PROGRAMS.items():
    m = Machine(assemble(source), fuel=20_000)
    try:
        print(f"{name}: {m.run()} fuel left {m.fuel}")
    except VMError as e:
        print(f"{name}: {e}, stack of {len(m.stack)}")
    except ZeroDivisionError as e:
        print(f"{name}: {type(e).__name__} at {m.pc - 1}")
print(assemble(PROGRAMS["countdown"]))
