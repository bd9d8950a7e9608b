const letters = require('fs').readFileSync(0, 'utf8').trim();

function* permutations(items, taken = []) {
  if (items.length === 0) {
    yield taken.join('');
    return;
  }
  for (let i = 0; i < items.length; i++) {
    const rest = items.slice(0, i).concat(items.slice(i + 1));
    yield* permutations(rest, [...taken, items[i]]);
  }
}

let block = '';
let count = 0;
for (const word of permutations([...letters])) {
  block += word + '  <' + word.toUpperCase() + '>  ' + (++count) + '\n';
  if (block.length > 8192) {
    process.stdout.write(block);
    block = '';
  }
}
process.stdout.write(block);
process.stdout.write(Buffer.from(`${count} permutations of ${letters.length} letters\n`));
