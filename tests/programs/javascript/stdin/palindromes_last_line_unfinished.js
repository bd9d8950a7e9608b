// The last line of the input has no newline, and one line has only spaces.
process.stdin.setEncoding('utf-8');
let rest = '';
let number = 0;

function longest(text) {
  let best = [0, 0];
  for (let center = 0; center < text.length; center++) {
    for (const width of [0, 1]) {
      let left = center, right = center + width;
      while (left >= 0 && right < text.length && text[left] === text[right]) {
        left--;
        right++;
      }
      if (right - left - 1 > best[1] - best[0]) best = [left + 1, right];
    }
  }
  return text.slice(...best);
}

function report(line) {
  const letters = line.toLowerCase().replace(/[^a-z]/g, '');
  const whole = letters === [...letters].reverse().join('');
  console.log(`${++number}. "${longest(line)}"${whole && letters ? ' and all of it' : ''}`);
}

process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  lines.forEach(report);
}).on('end', () => {
  if (rest) {
    report(rest);
    process.stdout.write('the last line is not finished: ' + rest.length);
  }
});
