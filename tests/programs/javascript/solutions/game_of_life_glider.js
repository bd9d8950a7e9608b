/** Conway's Game of Life on an unbounded board: a set of living cells. */
const key = (x, y) => `${x},${y}`;
const unkey = (text) => text.split(',').map(Number);

function parse(picture) {
  const cells = new Set();
  picture.trim().split('\n').forEach((row, y) => [...row.trim()].forEach((c, x) => { if (c === '#') cells.add(key(x, y)); }));
  return cells;
}

function step(cells) {
  const neighbours = new Map();
  for (const cell of cells) {
    const [x, y] = unkey(cell);
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        if (dx || dy) neighbours.set(key(x + dx, y + dy), (neighbours.get(key(x + dx, y + dy)) ?? 0) + 1);
      }
    }
  }
  return new Set([...neighbours].filter(([cell, n]) => n === 3 || (n === 2 && cells.has(cell))).map(([cell]) => cell));
}

function draw(cells, width, height) {
  const rows = [];
  for (let y = 0; y < height; y++) {
    let row = '';
    for (let x = 0; x < width; x++) row += cells.has(key(x, y)) ? '█' : '·';
    rows.push(row);
  }
  return rows.join('\n');
}

let cells = parse(`
  .#.......
  ..#...###
  ###......
`);
for (let generation = 0; generation <= 8; generation += 4) {
  console.log(`Generation ${generation}: ${cells.size} cells`);
  console.log(draw(cells, 10, 6));
  for (let i = 0; i < 4; i++) cells = step(cells);
}

let acorn = parse('.#.....\n...#...\n##..###');
const sizes = [acorn.size];
for (let i = 0; i < 40; i++) {
  acorn = step(acorn);
  sizes.push(acorn.size);
}
console.log(sizes);
console.log([...parse('##\n##')].sort().join(' ') === [...step(parse('##\n##'))].sort().join(' ') ? 'block is still' : 'block moved');
console.log(step(new Set(['0,0'])).size, step(parse('###')));
