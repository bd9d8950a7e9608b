const assert = require('assert');

const NUMERALS = [
  [1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'],
  [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
];

/**
 * @param {number} number from 1 to 3999
 * @returns {string}
 */
function toRoman(number) {
  if (!Number.isInteger(number) || number < 1 || number > 3999) {
    throw new RangeError(`cannot write ${number} in Roman numerals`);
  }
  let result = '';
  for (const [value, letters] of NUMERALS) {
    while (number >= value) {
      result += letters;
      number -= value;
    }
  }
  return result;
}

/**
 * @param {string} text
 * @returns {number}
 */
function fromRoman(text) {
  const values = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
  return [...text.toUpperCase()].reduce((total, letter, i, all) => {
    const value = values[letter];
    return total + (value < (values[all[i + 1]] ?? 0) ? -value : value);
  }, 0);
}

for (const n of [1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999]) {
  console.log(`${String(n).padStart(4)} = ${toRoman(n).padEnd(12)} = ${fromRoman(toRoman(n))}`);
}

const longest = Array.from({ length: 3999 }, (_, i) => toRoman(i + 1)).reduce((a, b) => (b.length > a.length ? b : a));
console.log('Longest:', longest, fromRoman(longest));

for (let n = 1; n < 4000; n++) assert.strictEqual(fromRoman(toRoman(n)), n);
console.log('Round trip works for all numbers');

for (const bad of [0, 4000, 2.5, NaN]) {
  assert.throws(() => toRoman(bad), RangeError);
}
console.log('Bad numbers are refused');

// The next one shows a mistake: forms that are not regular are taken, too.
console.log('IIX is read as', fromRoman('IIX'), 'and IC as', fromRoman('IC'));
assert.throws(() => fromRoman('IIX'), SyntaxError, 'IIX should be refused');
console.log('All checks passed');
