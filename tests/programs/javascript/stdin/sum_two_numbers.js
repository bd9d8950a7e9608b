const fs = require('fs');

// Two numbers, anywhere in the input.
const [a, b] = fs.readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);

console.log(a + b);
console.log(a - b);
console.log(a * b);
console.log((a / b).toFixed(6));
console.log(Math.trunc(a / b), a % b);
