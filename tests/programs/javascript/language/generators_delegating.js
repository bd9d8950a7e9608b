'use strict';

function* inner(name) {
  try {
    const got = yield `${name} one`;
    console.log(`${name} got`, got);
    yield `${name} two`;
    return `${name} result`;
  } catch (error) {
    console.log(`${name} caught`, error.message);
    yield `${name} recovered`;
  } finally {
    console.log(`${name} cleaned`);
  }
}

function* outer() {
  const result = yield* inner('a');
  console.log('delegated:', result);
  yield* [10, 20];
  yield* 'hi';
  yield* inner('b');
  return 'never seen by for-of';
}

const g = outer();
console.log(g.next('ignored'), g.next('hello'), g.next());
console.log(g.next(), g.next(), g.next(), g.next());
console.log(g.throw(new Error('thrown in')));
console.log(g.next(), g.next());

const stopped = inner('c');
stopped.next();
console.log(stopped.return('early'), stopped.next());

function* naturals(n = 0) { for (;;) yield n++; }
function* take(count, source) {
  for (const value of source) {
    if (count-- <= 0) return;
    yield value;
  }
}
const pipe = (...steps) => (input) => steps.reduce((value, step) => step(value), input);
const filter = (test) => function* (source) { for (const x of source) if (test(x)) yield x; };
const map = (change) => function* (source) { for (const x of source) yield change(x); };

const squares = pipe(filter((n) => n % 3 === 1), map((n) => n ** 2), (source) => take(6, source));
console.log([...squares(naturals())]);

function* tree(node) {
  if (!node) return 0;
  const left = yield* tree(node.left);
  yield node.value;
  const right = yield* tree(node.right);
  return left + right + 1;
}
const walk = tree({ value: 2, left: { value: 1 }, right: { value: 5, left: { value: 3 } } });
let step;
while (!(step = walk.next()).done) process.stdout.write(`${step.value} `);
console.log('nodes', step.value);
console.log(outer, g, Object.prototype.toString.call(g), g[Symbol.iterator]() === g);
