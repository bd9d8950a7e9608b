const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n');

const gcd = (a, b) => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

function power(base, exponent, modulus) {
  let result = 1n;
  base %= modulus;
  while (exponent > 0n) {
    if (exponent & 1n) result = result * base % modulus;
    base = base * base % modulus;
    exponent >>= 1n;
  }
  return result;
}

for (const line of lines) {
  const [op, ...args] = line.split(' ');
  try {
    const [a, b, c] = args.map(BigInt);
    switch (op) {
      case 'add': console.log(a + b); break;
      case 'mul': console.log(String(a * b)); break;
      case 'div': console.log(`${a / b} rest ${a % b}`); break;
      case 'gcd': console.log('gcd', gcd(a, b)); break;
      case 'powmod': console.log(power(a, b, c).toString()); break;
      case 'fact': {
        let product = 1n;
        for (let i = 2n; i <= a; i++) product *= i;
        const digits = product.toString();
        console.log(`${a}! has ${digits.length} digits, ${/0*$/.exec(digits)[0].length} zeros at its end`);
        break;
      }
      case 'base': console.log(a.toString(Number(b))); break;
      case 'wrap': console.log(BigInt.asIntN(64, a), BigInt.asUintN(64, a)); break;
      default: console.log('unknown', { op, a, b });
    }
  } catch (error) {
    console.log(error.name, 'in', line);
  }
}
