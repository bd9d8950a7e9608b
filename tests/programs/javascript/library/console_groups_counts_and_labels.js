console.group('outer');
console.log('inside');
console.group();
console.log({ a: 1, b: { c: [1, 2, 3] } });
console.log('two\nlines');
console.table([{ x: 1 }]);
console.groupEnd();
console.info('back in outer');
console.groupCollapsed('collapsed', { with: 'object' }, 3);
console.debug('debug goes to stdout too');
console.dir([1, [2, [3, [4]]]]);
console.groupEnd();
console.groupEnd();
console.groupEnd();
console.log('at the left again');

console.count();
console.count();
console.count('clicks');
console.count('default');
console.countReset();
console.count();
console.count('clicks');
console.count(undefined);
console.count(7);
console.countReset('never counted');

console.group('wide');
console.log({ alpha: 'x'.repeat(30), beta: 'y'.repeat(30), gamma: 'z' });
console.log({ alpha: 'x'.repeat(30), beta: 'y'.repeat(30) });
console.log(Array.from({ length: 30 }, (_, i) => i * 100));
console.groupEnd();

for (let depth = 0; depth < 4; depth++) console.group(`depth ${depth}`);
console.log('deep');
for (let depth = 0; depth < 4; depth++) console.groupEnd();

console.timeLog('no such timer');
console.timeEnd('no such timer');
console.log(typeof console.time, console.time.name, Object.prototype.toString.call(console));
const { log } = console;
log('taken out of console');
['a', 'b'].forEach(console.log);
Promise.resolve('from a promise').then(console.log);
console.assert(true, 'not shown');
console.log('%cstyled', 'color: red', 'rest');
