/** Shifts a letter and leaves everything else as it is. */
const shift = (letter, by) => {
  const code = letter.charCodeAt(0);
  const base = code >= 97 && code <= 122 ? 97 : code >= 65 && code <= 90 ? 65 : null;
  return base === null ? letter : String.fromCharCode(((((code - base + by) % 26) + 26) % 26) + base);
};

const caesar = (text, by) => [...text].map((c) => shift(c, by)).join('');

/**
 * @param {string} text
 * @param {string} key letters only
 * @param {1 | -1} direction 1 to encrypt, -1 to decrypt
 */
function vigenere(text, key, direction = 1) {
  let used = 0;
  return text.replace(/[a-z]/gi, (c) => shift(c, direction * (key.toLowerCase().charCodeAt(used++ % key.length) - 97)));
}

const english = [8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2, 6.1, 7, 0.15, 0.77, 4, 2.4, 6.7, 7.5, 1.9, 0.095, 6, 6.3, 9.1, 2.8, 0.98, 2.4, 0.15, 2, 0.074];

/** Finds the shift whose letter frequencies are most like English. */
function crack(text) {
  const score = (candidate) => {
    const letters = candidate.toLowerCase().replace(/[^a-z]/g, '');
    return english.reduce((sum, expected, i) => {
      const share = (100 * letters.split(String.fromCharCode(97 + i)).length - 100) / letters.length;
      return sum + (share - expected) ** 2 / expected;
    }, 0);
  };
  return Array.from({ length: 26 }, (_, by) => ({ by, score: score(caesar(text, -by)) })).sort((a, b) => a.score - b.score)[0];
}

const message = 'Meet me at the old bridge, at half past nine! Bring 3 apples & the letter.';
console.log(caesar(message, 3));
console.log(caesar(caesar(message, 13), 13) === message, caesar('xyz XYZ', 3), caesar('abc', -29));

const secret = vigenere(message, 'Lemon');
console.log(secret);
console.log(vigenere(secret, 'Lemon', -1) === message);

const { by, score } = crack(caesar(message, 17));
console.log({ by, score: score.toFixed(3) });

const { Buffer } = await import('node:buffer');
const xor = (bytes, key) => Buffer.from(bytes).map((b, i) => b ^ key.charCodeAt(i % key.length));
const hidden = xor('top secret: ü', 'key');
console.log(hidden.toString('base64'), xor(hidden, 'key').toString());

const morse = { s: '...', o: '---', e: '.', t: '-' };
const signal = [...'sos test'].map((c) => morse[c] ?? '/').join(' ');
console.log(signal, signal.split(' ').map((m) => Object.keys(morse).find((k) => morse[k] === m) ?? ' ').join(''));
console.log('atbash:', 'hello wizard'.replace(/[a-z]/g, (c) => String.fromCharCode(219 - c.charCodeAt(0))));
console.assert(caesar('', 5) === '');
