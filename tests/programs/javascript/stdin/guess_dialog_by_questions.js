const readline = require('readline');

const rl = readline.createInterface({ input: process.stdin, output: process.stdout });

const secret = 37;
let tries = 0;

function ask() {
  rl.question(tries ? 'Again: ' : 'Your guess: ', (answer) => {
    const guess = parseInt(answer, 10);
    tries++;
    if (Number.isNaN(guess)) {
      console.log(`"${answer}" is not a number.`);
      tries--;
    } else if (guess < secret) {
      console.log('Too low.');
    } else if (guess > secret) {
      console.log('Too high.');
    } else {
      console.log(`Found in ${tries} tries.`);
      rl.close();
      return;
    }
    ask();
  });
}

rl.on('close', () => {
  console.log('Good bye.');
});

console.log('A number from 1 to 100.');
ask();
