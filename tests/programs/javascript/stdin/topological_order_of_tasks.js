const rl = require('readline').createInterface({ input: process.stdin, terminal: false });

const needs = new Map();

rl.on('line', (line) => {
  const match = /^\s*(?<task>\w+)\s*(?::\s*(?<needed>.*))?$/.exec(line);
  if (!match) {
    if (line.trim()) console.log('ignored:', line);
    return;
  }
  const { task, needed } = match.groups;
  if (!needs.has(task)) needs.set(task, new Set());
  for (const other of (needed ?? '').split(',').map((s) => s.trim()).filter(Boolean)) {
    needs.get(task).add(other);
    if (!needs.has(other)) needs.set(other, new Set());
  }
}).on('close', () => {
  console.log(needs);
  const order = [];
  let round = 0;
  while (needs.size) {
    const ready = [...needs.keys()].filter((task) => needs.get(task).size === 0).sort();
    if (ready.length === 0) {
      console.log('a circle among', [...needs.keys()].sort().join(', '));
      process.exitCode = 2;
      break;
    }
    console.log(`round ${++round}: ${ready.join(' ')}`);
    for (const task of ready) needs.delete(task);
    for (const rest of needs.values()) ready.forEach((task) => rest.delete(task));
    order.push(...ready);
  }
  console.log('order:', order.join(' < '));
});
