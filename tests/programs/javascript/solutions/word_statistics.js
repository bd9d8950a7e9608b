/**
 * Counts how often each word occurs in a text.
 * @param {string} text
 * @returns {Map<string, number>} counts by lower-case word
 */
function countWords(text) {
  const words = text.toLowerCase().match(/\b[a-z']+\b/g) || [];
  return words.reduce((counts, word) => counts.set(word, (counts.get(word) || 0) + 1), new Map());
}

/**
 * Returns the n most frequent words, ties in alphabetical order.
 * @param {string} text
 * @param {number} n
 */
function topWords(text, n) {
  return [...countWords(text)]
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, n);
}

/** Wraps a text to lines of at most the given width. */
function wrap(text, width) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** Groups words that have the same letters. */
function anagrams(words) {
  const groups = {};
  for (const word of words) {
    const key = [...word].sort().join('');
    (groups[key] = groups[key] || []).push(word);
  }
  return Object.values(groups).filter((group) => group.length > 1);
}

const text = `It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity`;

console.log('Top words:', topWords(text, 5));
console.log('Distinct words:', countWords(text).size);
console.log('Average length:', (text.match(/[a-z]+/gi).join('').length / text.match(/[a-z]+/gi).length).toFixed(2));
wrap(text, 30).forEach((line, i) => console.log(`${String(i + 1).padStart(2)} | ${line.padEnd(30)} |`));
console.log(anagrams(['listen', 'silent', 'enlist', 'google', 'elbow', 'below', 'cat']));
console.log(countWords('a b a'));

console.assert(countWords('').size === 0, 'empty text has no words');
console.assert(wrap('one two', 3).length === 2, 'wraps');
