// argv: -n -i "(foo|ba+r)\b.*\d"
const fs = require('fs');

const options = { n: false, i: false, v: false };
const words = [];
for (const arg of process.argv.slice(2)) {
  if (/^-[a-z]+$/.test(arg)) {
    for (const letter of arg.slice(1)) options[letter] = true;
  } else {
    words.push(arg);
  }
}

if (words.length !== 1) {
  console.error('usage: grep [-niv] PATTERN');
  process.exit(2);
}

const pattern = new RegExp(words[0], options.i ? 'gi' : 'g');
let found = 0;
fs.readFileSync(0, 'utf8').split(/\r?\n/).forEach((line, index) => {
  const matches = [...line.matchAll(pattern)];
  if ((matches.length > 0) === options.v) return;
  found++;
  const shown = line.replace(pattern, '[$&]');
  console.log(options.n ? `${index + 1}:${shown}` : shown);
});

console.log(options, pattern, `${found} lines`);
process.exitCode = found ? 0 : 1;
