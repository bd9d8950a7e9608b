const fs = require('fs');
const [count, width] = fs.readFileSync('/dev/stdin').toString().split(' ').map(Number);

// A line at a time, each written by itself.
let fizz = 0, buzz = 0, both = 0;
for (let i = 1; i <= count; i++) {
  let line;
  if (i % 15 === 0) { line = 'FizzBuzz'; both++; }
  else if (i % 3 === 0) { line = 'Fizz'; fizz++; }
  else if (i % 5 === 0) { line = 'Buzz'; buzz++; }
  else line = String(i);
  console.log(line.padEnd(width, i % 2 ? '.' : '-') + '|');
}
console.log({ fizz, buzz, both });
