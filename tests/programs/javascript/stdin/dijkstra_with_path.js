const lines = require('fs').readFileSync(0, 'utf8').split('\n');

const [nodes, edges] = lines[0].split(' ').map(Number);
const graph = Array.from({ length: nodes + 1 }, () => []);
for (let i = 1; i <= edges; i++) {
  const [from, to, cost] = lines[i].split(' ').map(Number);
  graph[from].push({ to, cost });
  graph[to].push({ to: from, cost });
}

function dijkstra(start) {
  const distance = new Array(nodes + 1).fill(Infinity);
  const before = new Array(nodes + 1).fill(null);
  const done = new Set();
  distance[start] = 0;
  for (;;) {
    let best = 0;
    for (let v = 1; v <= nodes; v++) {
      if (!done.has(v) && distance[v] < (best ? distance[best] : Infinity)) best = v;
    }
    if (!best) return { distance, before };
    done.add(best);
    for (const { to, cost } of graph[best]) {
      if (distance[best] + cost < distance[to]) {
        distance[to] = distance[best] + cost;
        before[to] = best;
      }
    }
  }
}

const { distance, before } = dijkstra(1);
for (let v = 1; v <= nodes; v++) {
  if (distance[v] === Infinity) {
    console.log(`${v}: no way`);
    continue;
  }
  const path = [];
  for (let at = v; at !== null; at = before[at]) path.unshift(at);
  console.log(`${v}: ${distance[v]} by ${path.join(' -> ')}`);
}
console.log(distance);
