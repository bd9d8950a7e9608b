const grid = require('fs').readFileSync(0, 'utf8').trimEnd().split('\n').map((row) => [...row]);

const find = (mark) => {
  for (const [y, row] of grid.entries()) {
    const x = row.indexOf(mark);
    if (x >= 0) return { x, y };
  }
};

const start = find('S');
const goal = find('E');
const key = ({ x, y }) => `${x},${y}`;
const steps = [['N', 0, -1], ['E', 1, 0], ['S', 0, 1], ['W', -1, 0]];

const seen = new Map([[key(start), null]]);
const queue = [start];
while (queue.length) {
  const here = queue.shift();
  if (here.x === goal.x && here.y === goal.y) break;
  for (const [name, dx, dy] of steps) {
    const next = { x: here.x + dx, y: here.y + dy };
    if (grid[next.y]?.[next.x] === undefined || grid[next.y][next.x] === '#') continue;
    if (seen.has(key(next))) continue;
    seen.set(key(next), { from: here, name });
    queue.push(next);
  }
}

if (!seen.has(key(goal))) {
  console.log('no way out');
  process.exit(1);
}

let route = '';
for (let at = goal, step; (step = seen.get(key(at))); at = step.from) {
  route = step.name + route;
  if (grid[at.y][at.x] === '.') grid[at.y][at.x] = '*';
}
console.log(route.length, route);
console.log(route.replace(/(.)\1*/g, (run, c) => c + run.length));
console.log(grid.map((row) => row.join('')).join('\n'));
