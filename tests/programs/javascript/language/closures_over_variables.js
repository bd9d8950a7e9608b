// differs: arguments of a sloppy function do not follow its parameters
// What a closure sees: var is one variable for the loop, let is a new one each round.
var withVar = [];
for (var i = 0; i < 3; i++) withVar.push(function () { return i; });
let withLet = [];
for (let j = 0; j < 3; j++) withLet.push(() => j);
console.log(withVar.map((f) => f()), withLet.map((f) => f()));

const changedInside = [];
for (let k = 0; k < 6; k++) {
  changedInside.push(() => k);
  k++;
}
console.log(changedInside.map((f) => f()));

function counter(start = 0, { step = 1 } = {}) {
  let value = start;
  return {
    up: () => (value += step),
    down: () => (value -= step),
    reset() { value = start; return this; },
    get value() { return value; },
  };
}
const one = counter();
const two = counter(10, { step: 5 });
one.up(); one.up(); two.down();
console.log(one.value, two.value, two.reset().value, one);

// Hoisting, and the time before a let exists.
console.log(typeof hoisted, hoisted(), typeof later, later);
function hoisted() { return 'hoisted'; }
var later = 'set';
try { early; } catch (e) { console.log(e.name); }
let early = 1;
console.log(typeof neverDeclared);
{
  function inBlock() { return 'block'; }
}
console.log(inBlock());

const once = (fn) => {
  let done = false, result;
  return (...args) => (done ? result : ((done = true), (result = fn(...args))));
};
const init = once((x) => { console.log('init', x); return x * 2; });
console.log(init(4), init(9));

const makeAdders = () => [1, 2, 3].map((n) => (m) => n + m);
console.log(makeAdders().map((add) => add(10)));

function defaults(a, b = a + 1, c = () => a + b) {
  a = 100;
  return [a, b, c(), arguments.length, arguments[0]];
}
console.log(defaults(1), defaults(1, undefined), defaults.length);

const fib = (function self(n) { return n < 2 ? n : self(n - 1) + self(n - 2); });
console.log(fib(15), fib.name, (() => {}).name, (function () {}).name, ((...x) => x.length)(...'abc'));

const module_ = (function () { let hidden = 1; return { bump() { return ++hidden; } }; })();
console.log(module_.bump(), module_.bump(), module_.hidden, this === module.exports);
