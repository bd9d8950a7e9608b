// verdict: memory_exceeded or fuel_exhausted
const queue = [{ id: 0, path: [] }];

// A search that never forgets where it has been.
for (let i = 0; i < queue.length; i++) {
  const { id, path } = queue[i];
  queue.push({ id: id * 2 + 1, path: [...path.slice(-20), 'left'] });
  queue.push({ id: id * 2 + 2, path: [...path.slice(-20), 'right'] });
}

console.log('searched', queue.length);
