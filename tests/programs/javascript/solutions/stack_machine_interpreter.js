/**
 * Compiles a tiny language to instructions for a stack machine and runs them.
 */
class StackMachine {
  constructor(program, { maxSteps = 10000 } = {}) {
    this.code = program.split('\n').map((line) => line.replace(/;.*/, '').trim()).filter(Boolean);
    this.labels = {};
    this.code = this.code.filter((line, i, all) => {
      if (!line.endsWith(':')) return true;
      this.labels[line.slice(0, -1)] = all.slice(0, i).filter((l) => !l.endsWith(':')).length;
      return false;
    });
    this.maxSteps = maxSteps;
  }

  run(...input) {
    const stack = [...input];
    const calls = [];
    const memory = {};
    const output = [];
    let at = 0, steps = 0;
    const pop = () => {
      if (stack.length === 0) throw new Error(`stack is empty at "${this.code[at - 1]}"`);
      return stack.pop();
    };
    const binary = { add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, mod: (a, b) => a % b, lt: (a, b) => +(a < b) };
    while (at < this.code.length) {
      if (++steps > this.maxSteps) throw new Error(`more than ${this.maxSteps} steps`);
      const [op, arg] = this.code[at++].split(/\s+/);
      if (op in binary) {
        const b = pop(), a = pop();
        stack.push(binary[op](a, b));
        continue;
      }
      switch (op) {
        case 'push': stack.push(Number(arg)); break;
        case 'dup': stack.push(stack.at(-1)); break;
        case 'store': memory[arg] = pop(); break;
        case 'load': stack.push(memory[arg] ?? 0); break;
        case 'print': output.push(pop()); break;
        case 'jump': at = this.labels[arg]; break;
        case 'jz': if (pop() === 0) at = this.labels[arg]; break;
        case 'call': calls.push(at); at = this.labels[arg]; break;
        case 'ret': at = calls.pop(); break;
        case 'halt': at = Infinity; break;
        default: throw new Error(`unknown instruction "${op}"`);
      }
    }
    return { output, stack, memory, steps };
  }
}

const factorial = `store n\n push 1\n store result\nloop:\n load n\n jz end ; done\n load result\n load n\n mul\n store result
 load n\n push 1\n sub\n store n\n jump loop\nend:\n load result\n print`;
const squares = `push 0\nnext:\n push 1\n add\n dup\n dup\n call square\n dup\n push 50\n lt\n jz stop\n jump next\nstop:\n halt\nsquare:\n mul\n print\n ret`;

console.log(new StackMachine(factorial).run(10));
console.log(new StackMachine(squares.replace('dup\n call', 'dup\n store x\n load x\n load x\n call').replace('push 50', 'push 5')).run().output);
for (const bad of ['push 1\nadd', 'fly', 'again:\njump again']) {
  try { new StackMachine(bad, { maxSteps: 100 }).run(); } catch (e) { console.log('Error:', e.message); }
}
console.log(new StackMachine(factorial).labels);
