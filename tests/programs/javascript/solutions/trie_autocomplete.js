class Trie {
  constructor() {
    this.root = {};
    this.words = 0;
  }

  /** Adds a word, with a weight that decides the order of suggestions. */
  insert(word, weight = 1) {
    let node = this.root;
    for (const letter of word) node = node[letter] ??= {};
    if (node.$ === undefined) this.words++;
    node.$ = (node.$ ?? 0) + weight;
  }

  #find(prefix) {
    let node = this.root;
    for (const letter of prefix) {
      node = node[letter];
      if (!node) return null;
    }
    return node;
  }

  has(word) { return this.#find(word)?.$ !== undefined; }

  /** All words with a prefix, heaviest first. */
  suggest(prefix, limit = 5) {
    const found = [];
    const walk = (node, word) => {
      for (const [key, child] of Object.entries(node)) {
        if (key === '$') found.push({ word, weight: child });
        else walk(child, word + key);
      }
    };
    const start = this.#find(prefix);
    if (start) walk(start, prefix);
    found.sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1));
    return found.slice(0, limit).map(({ word, weight }) => `${word}(${weight})`);
  }

  /** Words within one wrong letter. */
  fuzzy(word) {
    const found = new Set();
    const walk = (node, i, errors, soFar) => {
      if (i === word.length) { if (node.$) found.add(soFar); return; }
      for (const [letter, child] of Object.entries(node)) {
        if (letter === '$') continue;
        if (letter === word[i]) walk(child, i + 1, errors, soFar + letter);
        else if (errors < 1) walk(child, i + 1, errors + 1, soFar + letter);
      }
    };
    walk(this.root, 0, 0, '');
    return [...found].sort();
  }
}

const trie = new Trie();
const words = { car: 5, card: 3, care: 8, cart: 2, cat: 9, dog: 4, do: 7, dot: 1, über: 2, '日本': 3, '日本語': 4 };
for (const [word, weight] of Object.entries(words)) trie.insert(word, weight);
trie.insert('car');

for (const prefix of ['ca', 'car', 'do', 'x', '', 'ü', '日']) console.log(JSON.stringify(prefix), trie.suggest(prefix));
console.log(trie.has('car'), trie.has('ca'), trie.has('dots'), trie.words);
console.log(trie.fuzzy('cat'), trie.fuzzy('dog'), trie.fuzzy('zzz'));
console.log(trie.root.d);
console.dir(trie.root.c, { depth: 1 });
