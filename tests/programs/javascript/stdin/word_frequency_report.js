const fs = require("fs");

const text = fs.readFileSync("/dev/stdin", "utf8");

function countWords(text) {
  const counts = new Map();
  for (const [word] of text.toLowerCase().matchAll(/[a-z]+(?:'[a-z]+)*/g)) {
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  return counts;
}

const counts = countWords(text);
const total = [...counts.values()].reduce((sum, n) => sum + n, 0);

const ranked = [...counts.entries()].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));

console.log(`lines: ${text.split("\n").length - 1}`);
console.log(`words: ${total}, different: ${counts.size}`);
for (const [word, count] of ranked.slice(0, 8)) {
  const share = (100 * count / total).toFixed(1).padStart(5);
  console.log(`${word.padEnd(10, ".")} ${String(count).padStart(3)} ${share}% ${"#".repeat(count)}`);
}

const byLength = {};
for (const word of counts.keys()) {
  (byLength[word.length] ??= []).push(word);
}
console.log(Object.keys(byLength).join(" "));
const longest = Math.max(...Object.keys(byLength));
console.log("longest:", byLength[longest].sort().join(", "));
