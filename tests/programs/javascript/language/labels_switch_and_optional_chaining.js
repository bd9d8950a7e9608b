var found = null;
search: for (let a = 1; a < 50; a++) {
  for (let b = a; b < 50; b++) {
    const c = Math.sqrt(a * a + b * b);
    if (c % 1) continue;
    if (a + b + c > 100) continue search;
    if (a + b + c === 90) {
      found = [a, b, c];
      break search;
    }
  }
}
console.log(found);

block: {
  console.log('in the block');
  if (found) break block;
  console.log('not reached');
}

function kind(value) {
  switch (true) {
    case value === null: return 'null';
    case Array.isArray(value): return `array of ${value.length}`;
    case value > 10: {
      let big = value * 2;
      return `big ${big}`;
    }
    default: return 'fell to default';
    case typeof value === 'string': return 'string';
  }
}
console.log(kind(null), kind([1]), kind(11), kind(2), kind('x'));

const steps = [];
switch (2) { case 1: steps.push(1); case 2: steps.push(2); case 3: steps.push(3); break; case 4: steps.push(4); }
console.log(steps);

let n = 0;
do { if (++n === 3) continue; if (n > 5) break; } while (n < 10);
console.log(n, (() => { for (;;) { try { return 'try'; } finally { break; } } return 'after loop'; })());

const calls = [];
const config = { server: { ports: [80, 443], find(x) { return this.ports.indexOf(x); }, 'a-b': 0 }, zero: 0, empty: '' };
console.log(config?.server?.ports?.[1], config.client?.ports[0].deep.er, config.server.find?.(443), config.server.miss?.(calls.push('evaluated')), calls);
console.log(config.zero ?? 'default', config.zero || 'default', config.empty ?? 1, config.none ?? (null ?? 'last'), delete config?.zero, config.zero?.toFixed(2));
console.log(config['server']?.['a-b'], null?.[calls.push('never')], (undefined)?.x.y.z, (() => 5)?.(), calls.length);

const options = { retries: 0, name: '', verbose: null };
options.retries ||= 3;
options.name ??= 'anonymous';
options.verbose ??= true;
options.verbose &&= 'yes';
options.count = (options.count ?? 0) + 1;
console.log(options);

console.log(void 0, typeof null, !!'' + !!'a', [] + {}, [] == false, null == 0, null >= 0, '2' > '12', 2 > '12', NaN !== NaN);
console.log(1 < 2 < 3, 3 > 2 > 1, (1, 2), 2 ** 3 ** 2, (-2) ** 2, 7 % -3, -7 % 3, 1 / -0, ~~-5.7, 5 >>> 1, -5 >>> 28, '3' * '4', '3' + 4, +[], +{}, +'0x1f', +' ');
for (var key in { b: 1, 1: 1, a: 1, 0: 1, __proto__: { inherited: 1 } }) process.stdout.write(key + ' ');
console.log(key);
with_comma: for (let i = 0, j = 10; i < j; i += 3, j--) console.log(i, j);
