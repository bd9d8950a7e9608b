// Median after each number, by two heaps; prints some of them and a digest of all.
const input = require('fs').readFileSync(0, 'utf8').split('\n');

class Heap {
  constructor(less) {
    this.less = less;
    this.items = [];
  }
  get size() { return this.items.length; }
  peek() { return this.items[0]; }
  push(value) {
    const { items, less } = this;
    let i = items.push(value) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!less(items[i], items[parent])) break;
      [items[i], items[parent]] = [items[parent], items[i]];
      i = parent;
    }
  }
  pop() {
    const { items, less } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length) {
      items[0] = last;
      for (let i = 0; ;) {
        let child = 2 * i + 1;
        if (child >= items.length) break;
        if (child + 1 < items.length && less(items[child + 1], items[child])) child++;
        if (!less(items[child], items[i])) break;
        [items[i], items[child]] = [items[child], items[i]];
        i = child;
      }
    }
    return top;
  }
}

const low = new Heap((a, b) => a > b);
const high = new Heap((a, b) => a < b);
const n = parseInt(input[0], 10);
let digest = 0;

for (let i = 1; i <= n; i++) {
  const value = Number(input[i]);
  (low.size && value > low.peek() ? high : low).push(value);
  if (low.size > high.size + 1) high.push(low.pop());
  if (high.size > low.size) low.push(high.pop());
  const median = low.size > high.size ? low.peek() : (low.peek() + high.peek()) / 2;
  digest = (digest * 31 + median * 2) % 1000003;
  if (i < 6 || i % 1000 === 0) console.log(i, median);
}
console.log('digest', digest);
