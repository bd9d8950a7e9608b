/**
 * Least recently used cache: a Map keeps its keys in the order they were put in.
 * @template K, V
 */
class LRUCache {
  #items = new Map();
  #capacity;
  hits = 0;
  misses = 0;

  /** @param {number} capacity */
  constructor(capacity) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError('capacity must be a positive integer');
    this.#capacity = capacity;
  }

  get(key) {
    if (!this.#items.has(key)) {
      this.misses++;
      return undefined;
    }
    const value = this.#items.get(key);
    this.#items.delete(key);
    this.#items.set(key, value);
    this.hits++;
    return value;
  }

  put(key, value) {
    this.#items.delete(key);
    this.#items.set(key, value);
    if (this.#items.size > this.#capacity) {
      const [oldest] = this.#items.keys();
      this.#items.delete(oldest);
      return oldest;
    }
    return null;
  }

  get size() { return this.#items.size; }
  get keys() { return [...this.#items.keys()]; }
  [Symbol.iterator]() { return this.#items[Symbol.iterator](); }
}

const cache = new LRUCache(3);
console.log(cache.put('a', 1), cache.put('b', 2), cache.put('c', 3));
console.log(cache.get('a'), cache.put('d', 4), cache.keys, cache.get('b'));
console.log(cache.put('a', 10), cache.get('a'), [...cache], cache.size);
console.log(cache);

// Memoise a costly function with a bounded cache.
let calls = 0;
const bounded = (f, capacity) => {
  const cache = new LRUCache(capacity);
  return (n) => cache.get(n) ?? (cache.put(n, f(n)), cache.get(n));
};
const square = bounded((n) => { calls++; return n * n; }, 2);
console.log([2, 3, 2, 4, 3, 2].map(square), 'calls:', calls);

for (const bad of [0, -1, 1.5, '3']) {
  try { new LRUCache(bad); } catch ({ name, message }) { console.log(typeof bad, name, message); }
}
const rate = (100 * cache.hits) / (cache.hits + cache.misses);
console.log(`Hit rate: ${rate.toFixed(1)}%`);
