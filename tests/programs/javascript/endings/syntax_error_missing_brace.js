// Nothing of this runs: the program is read as a whole first.
console.log('this is not printed');

function average(numbers) {
  let sum = 0;
  for (const n of numbers) {
    sum += n;
  return sum / numbers.length;
}

console.log(average([1, 2, 3]));
