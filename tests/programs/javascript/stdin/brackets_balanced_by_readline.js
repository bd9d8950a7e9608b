const readline = require('readline');

const rl = readline.createInterface({ input: process.stdin });

const pairs = { ')': '(', ']': '[', '}': '{' };
let number = 0;
let good = 0;

function check(line) {
  const stack = [];
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if ('([{'.includes(c)) {
      stack.push([c, i]);
    } else if (c in pairs) {
      const top = stack.pop();
      if (!top) return `nothing to close at ${i}`;
      if (top[0] !== pairs[c]) return `${top[0]} from ${top[1]} closed by ${c} at ${i}`;
    }
  }
  if (stack.length) return `${stack.length} left open, first at ${stack[0][1]}`;
  return null;
}

rl.on('line', (line) => {
  number++;
  const problem = check(line);
  if (problem === null) good++;
  console.log(`${number}: ${problem ?? 'balanced'}`);
});

rl.on('close', () => {
  console.log(`${good} of ${number} lines are balanced`);
});
