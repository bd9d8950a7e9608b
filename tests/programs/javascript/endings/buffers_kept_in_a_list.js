// verdict: memory_exceeded
const { Buffer } = require('buffer');

const blocks = [];
let total = 0;

while (true) {
  const block = Buffer.alloc(1024 * 1024, blocks.length & 255);
  blocks.push(block);
  total += block.length;
  if (blocks.length <= 3) console.log('allocated', total);
}
