var words = ['quick', 'brown', 'fox', 'lazy', 'dog'];

function position(word) {
  for (var i = 0; i < words.length; i++) {
    if (words[i] === word) return i;
  }
  return -1;
}

console.log(words.map(position).join(' '));
console.log(position('cat'));
process.exit(position('cat'));

console.log('never printed');
