const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');

const describe = (c) => {
  if (/\p{Emoji_Presentation}/u.test(c)) return 'emoji';
  if (/\p{Lu}/u.test(c)) return 'upper';
  if (/\p{Ll}/u.test(c)) return 'lower';
  if (/\p{Script=Han}/u.test(c)) return 'han';
  if (/\p{L}/u.test(c)) return 'letter';
  if (/\p{M}/u.test(c)) return 'mark';
  if (/\p{Nd}/u.test(c)) return 'digit';
  if (/\p{P}/u.test(c)) return 'punctuation';
  return 'other';
};

for (const line of lines) {
  const points = Array.from(line);
  console.log(`${line} | units ${line.length}, points ${points.length}, bytes ${Buffer.byteLength(line)}`);
  console.log('  ' + points.map((c) => c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')).join(' '));
  const kinds = {};
  for (const c of points) {
    const kind = describe(c);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  console.log(' ', kinds);
  console.log('  ' + [...line].reverse().join(''), line.toUpperCase(), line.toLowerCase());
  console.log('  ', line.normalize('NFC').length, line.normalize('NFD').length, line.isWellFormed());
}
