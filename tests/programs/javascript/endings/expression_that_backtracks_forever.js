// verdict: fuel_exhausted
const pattern = /^(a+)+$/;

for (const text of ['aaaa', 'aaab', 'a'.repeat(18) + 'b']) {
  console.log(text.length, pattern.test(text));
}

const text = 'a'.repeat(40) + 'b';
console.log('this one takes a while');
console.log(pattern.test(text));
