console.log('before');

const prices = [3, 5, 8];
let total = 0;
for (const price of prices) total += price;
console.log(total);

// The same name once more, many lines below.
let total = prices.reduce((a, b) => a + b);
console.log(total);
