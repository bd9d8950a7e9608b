/** Remembers results by the JSON text of the arguments. */
const memoize = (fn, keyOf = (...args) => JSON.stringify(args)) => {
  const cache = new Map();
  const memoized = (...args) => {
    const key = keyOf(...args);
    if (!cache.has(key)) cache.set(key, fn(...args));
    return cache.get(key);
  };
  return Object.assign(memoized, { cache, clear: () => cache.clear() });
};

/** Turns f(a, b, c) into f(a)(b)(c), f(a, b)(c) and so on. */
const curry = (fn, arity = fn.length) =>
  function curried(...args) {
    return args.length >= arity ? fn.apply(this, args) : (...more) => curried.apply(this, [...args, ...more]);
  };

const compose = (...fns) => (x) => fns.reduceRight((value, fn) => fn(value), x);
const pipe = (...fns) => (x) => fns.reduce((value, fn) => fn(value), x);
const partial = (fn, ...preset) => (...rest) => fn(...preset, ...rest);
const flip = (fn) => (a, b, ...rest) => fn(b, a, ...rest);
const tap = (fn) => (x) => (fn(x), x);
const zipWith = curry((fn, xs, ys) => xs.slice(0, ys.length).map((x, i) => fn(x, ys[i])));

const fibonacci = memoize((n) => (n < 2 ? BigInt(n) : fibonacci(n - 1) + fibonacci(n - 2)));
console.log(fibonacci(90), fibonacci.cache.size, fibonacci.cache.has('[45]'));

const volume = curry((a, b, c) => a * b * c);
console.log(volume(2)(3)(4), volume(2, 3)(4), volume(2)(3, 4), volume(2, 3, 4), typeof volume(2));

const slug = pipe((s) => s.trim(), (s) => s.toLowerCase(), (s) => s.normalize('NFD').replace(/\p{M}/gu, ''), (s) => s.replace(/[^a-z0-9]+/g, '-'));
console.log(['  Hello, World!  ', 'Crème Brûlée'].map(slug));
console.log(compose((x) => x + 1, (x) => x * 2)(5), pipe((x) => x + 1, (x) => x * 2)(5), pipe()('same'));
console.log(partial(Math.max, 10)(3, 20), flip((a, b) => a - b)(1, 10), zipWith((a, b) => a + b)([1, 2, 3])([10, 20]));

const counter = { step: 2, add: curry(function (a, b) { return a + b * this.step; }) };
console.log(counter.add(1)(5), counter.add(1, 5));

// Transducers: one pass, no lists in between.
const mapping = (f) => (next) => (all, x) => next(all, f(x));
const filtering = (test) => (next) => (all, x) => (test(x) ? next(all, x) : all);
const oddSquares = compose(filtering((x) => x % 2), mapping((x) => x * x))((all, x) => [...all, x]);
console.log([1, 2, 3, 4, 5].reduce(oddSquares, []));

const trace = [];
const result = pipe(tap((x) => trace.push(x)), (x) => x.map((n) => n ** 2), tap((x) => trace.push(x)))([1, 2, 3]);
console.log(result, trace, fibonacci);
console.assert(memoize(() => ({}))() !== undefined);
