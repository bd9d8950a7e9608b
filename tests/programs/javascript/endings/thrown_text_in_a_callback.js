const fruits = ['apple', 'pear', 'rotten plum', 'fig'];

const checked = [];
fruits.forEach(function (fruit, index) {
  console.log(index, fruit);
  if (fruit.startsWith('rotten')) {
    // Not an error object, just text.
    throw 'found a ' + fruit;
  }
  checked.push(fruit);
});

console.log('all fine', checked);
