// Adler checksum and a few byte statistics of whatever comes in.
const { Buffer } = require('buffer');

async function main() {
  let a = 1, b = 0, size = 0;
  const histogram = new Uint32Array(256);
  const chunks = [];

  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    size += chunk.length;
    for (const byte of chunk) {
      histogram[byte]++;
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
  }

  const checksum = ((b << 16) | a) >>> 0;
  console.log('bytes', size);
  console.log('adler', checksum.toString(16).padStart(8, '0'));

  const whole = Buffer.concat(chunks);
  console.log('joined', whole.length === size, whole.subarray(0, 12));

  const common = [...histogram.entries()]
    .filter(([, count]) => count > 0)
    .sort((x, y) => y[1] - x[1] || x[0] - y[0])
    .slice(0, 5);
  for (const [byte, count] of common) {
    console.log(byte.toString(16).padStart(2, '0'), JSON.stringify(String.fromCharCode(byte)), count);
  }

  const entropy = histogram.reduce((sum, count) => {
    if (!count) return sum;
    const p = count / size;
    return sum - p * Math.log2(p);
  }, 0);
  console.log('entropy', entropy.toFixed(4));
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
