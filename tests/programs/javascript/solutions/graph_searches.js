/** Weighted, undirected graph of cities. */
const roads = [
  ['Aachen', 'Bonn', 90], ['Aachen', 'Essen', 120], ['Bonn', 'Cologne', 30], ['Cologne', 'Essen', 70],
  ['Essen', 'Dortmund', 35], ['Bonn', 'Frankfurt', 175], ['Frankfurt', 'Dortmund', 220], ['Hamburg', 'Kiel', 95],
];

const graph = new Map();
for (const [a, b, km] of roads) {
  for (const [from, to] of [[a, b], [b, a]]) {
    if (!graph.has(from)) graph.set(from, new Map());
    graph.get(from).set(to, km);
  }
}

/** Breadth-first: the route with the fewest stops. */
function fewestStops(from, to) {
  const queue = [[from]];
  const seen = new Set([from]);
  for (const path of queue) {
    const here = path.at(-1);
    if (here === to) return path;
    for (const next of graph.get(here).keys()) {
      if (!seen.has(next)) { seen.add(next); queue.push([...path, next]); }
    }
  }
  return null;
}

/** Dijkstra: the shortest route. */
function shortest(from, to) {
  const best = new Map([[from, { km: 0, path: [from] }]]);
  const open = new Set([from]);
  while (open.size) {
    const here = [...open].reduce((a, b) => (best.get(a).km <= best.get(b).km ? a : b));
    open.delete(here);
    if (here === to) return best.get(to);
    for (const [next, km] of graph.get(here)) {
      const total = best.get(here).km + km;
      if (total < (best.get(next)?.km ?? Infinity)) {
        best.set(next, { km: total, path: [...best.get(here).path, next] });
        open.add(next);
      }
    }
  }
  return null;
}

/** Depth-first: groups of cities that are connected. */
function components() {
  const seen = new Set();
  const visit = (city) => (seen.has(city) ? [] : (seen.add(city), [city, ...[...graph.get(city).keys()].flatMap(visit)]));
  return [...graph.keys()].map(visit).filter((group) => group.length);
}

console.log(graph);
console.log(fewestStops('Aachen', 'Frankfurt'), fewestStops('Aachen', 'Kiel'));
console.log(shortest('Aachen', 'Dortmund'), shortest('Cologne', 'Frankfurt'), shortest('Kiel', 'Bonn'));
console.log(components());

const total = roads.reduce((sum, [, , km]) => sum + km, 0);
console.log(`${graph.size} cities, ${roads.length} roads, ${total} km`);
console.assert(shortest('Bonn', 'Bonn').km === 0);
