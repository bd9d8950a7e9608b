const source = require('fs').readFileSync('/dev/stdin', 'utf8');
const [program, input = ''] = source.split('!');

function compile(program) {
  const code = [];
  const open = [];
  for (const c of program) {
    switch (c) {
      case '>': case '<': case '+': case '-': {
        const step = c === '>' || c === '+' ? 1 : -1;
        const kind = c === '>' || c === '<' ? 'move' : 'add';
        const last = code.at(-1);
        if (last?.kind === kind) last.by += step;
        else code.push({ kind, by: step });
        break;
      }
      case '.': code.push({ kind: 'out' }); break;
      case ',': code.push({ kind: 'in' }); break;
      case '[': open.push(code.length); code.push({ kind: 'while', to: -1 }); break;
      case ']': {
        const start = open.pop();
        code[start].to = code.length;
        code.push({ kind: 'end', to: start });
      }
    }
  }
  return code;
}

const code = compile(program);
const tape = new Uint8Array(300);
let at = 0, read = 0, steps = 0, out = '';
for (let i = 0; i < code.length; i++, steps++) {
  const { kind, by, to } = code[i];
  if (kind === 'move') at += by;
  else if (kind === 'add') tape[at] += by;
  else if (kind === 'out') out += String.fromCharCode(tape[at]);
  else if (kind === 'in') tape[at] = input.charCodeAt(read++);
  else if (kind === 'while') i = tape[at] ? i : to;
  else i = tape[at] ? to : i;
}
process.stdout.write(out);
console.log();
console.log({ instructions: code.length, steps, at });
console.log(tape.subarray(0, 10));
