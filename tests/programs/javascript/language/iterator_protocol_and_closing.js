class Range {
  constructor(from, to, step = 1) { this.from = from; this.to = to; this.step = step; }
  [Symbol.iterator]() {
    let next = this.from;
    const { to, step } = this;
    return {
      next: () => {
        if (next > to) return { value: undefined, done: true };
        const value = next;
        next += step;
        return { value, done: false };
      },
      return(value) {
        console.log('closed at', next);
        return { value, done: true };
      },
      [Symbol.iterator]() { return this; },
    };
  }
}

console.log([...new Range(1, 5)], Math.max(...new Range(2, 20, 7)));
for (const n of new Range(0, 100, 10)) {
  if (n > 25) break;
}
const [first, , third] = new Range(5, 50, 5);
console.log(first, third);

try {
  for (const n of new Range(1, 3)) {
    if (n === 2) throw new Error('stop at two');
  }
} catch (e) { console.log(e.message); }

outer: for (const a of new Range(1, 3)) {
  for (const b of new Range(1, 3)) {
    if (b === 2) continue outer;
    console.log(a, b);
  }
}

const iterator = new Range(1, 4)[Symbol.iterator]();
iterator.next();
console.log(Array.from(iterator, (n) => n * n), iterator.next());
console.log(new Map([['a', 1]]).entries().next(), [].values().next(), 'é'[Symbol.iterator]().next());
console.log(Object.fromEntries(new Map([['x', 1], ['y', [2]]])), new Set(new Range(1, 3)));

try { const [x] = { length: 1 }; } catch (e) { console.log(e.name); }
try { for (const x of 5); } catch (e) { console.log(e.name); }
try { new Map([1]); } catch (e) { console.log(e.name); }
console.log([1, 2][Symbol.iterator]()[Symbol.toStringTag], typeof new Set().values().next);
