// verdict: memory_exceeded
let text = 'ab';
const versions = [];

while (text.length > 0) {
  text = [text, text].join('-');
  versions.push(text);
  if (text.length < 1000) console.log(text.length);
}

console.log(versions.length);
