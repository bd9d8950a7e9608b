// verdict: memory_exceeded
const seen = new Map();

let x = 1;
for (let step = 0; ; step++) {
  x = (x * 48271) % 2147483647;
  const key = `state-${x}-${step}`;
  if (seen.has(key)) break;
  seen.set(key, { step, history: [x, step] });
}

console.log('a circle after', seen.size);
