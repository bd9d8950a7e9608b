const fs = require('fs');
const readline = require('readline');

// There is nothing to read: each way of reading says so in its own manner.
const text = fs.readFileSync(0, 'utf8');
console.log(JSON.stringify(text), text.length, text.split('\n').length);

const numbers = text.trim().split(/\s+/).map(Number);
console.log(numbers, Math.max(...numbers), numbers.reduce((a, b) => a + b, 0));

const words = text.split(/\s+/).filter(Boolean);
console.log(words, Math.max(...words), Math.min(...words));

let lines = 0;
const rl = readline.createInterface({ input: process.stdin });
rl.on('line', () => lines++);
rl.on('close', async () => {
  console.log('lines', lines);
  let chunks = 0;
  process.stdin.on('end', () => console.log('end again?'));
  await null;
  console.log('chunks', chunks);
});
