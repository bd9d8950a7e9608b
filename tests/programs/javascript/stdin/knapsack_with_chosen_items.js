const [first, ...rest] = require('fs').readFileSync(0, 'utf8').trim().split('\n');
const capacity = parseInt(first.match(/\d+/)[0], 10);
const items = rest.map((line) => {
  const [name, weight, value] = line.split(/\s*,\s*/);
  return { name, weight: +weight, value: +value };
});

console.table(items);

const best = Array.from({ length: items.length + 1 }, () => Array(capacity + 1).fill(0));
items.forEach(({ weight, value }, i) => {
  for (let room = 0; room <= capacity; room++) {
    best[i + 1][room] = best[i][room];
    if (weight <= room) {
      best[i + 1][room] = Math.max(best[i + 1][room], best[i][room - weight] + value);
    }
  }
});

const chosen = [];
for (let i = items.length, room = capacity; i > 0; i--) {
  if (best[i][room] !== best[i - 1][room]) {
    chosen.push(items[i - 1]);
    room -= items[i - 1].weight;
  }
}

console.log(`best value for ${capacity}:`, best[items.length][capacity]);
console.log(chosen.reverse());
console.log('weight:', chosen.map((item) => item.weight).reduce((a, b) => a + b, 0));
