// process.exit does not unwind: no finally block runs, and no promise goes on.
function third(value) {
  try {
    if (value > 2) {
      console.log('leaving from the third level');
      process.exit(3);
    }
    return value;
  } catch {
    console.log('exit is not an exception');
  } finally {
    console.log('finally for', value);
  }
}

const second = (values) => values.map((value) => third(value) * 10);

async function first() {
  const { EOL } = await import('os');
  process.stdout.write(['a', 'b'].join(EOL) + EOL);
  console.log(second([1, 2]));
  try {
    console.log(second([1, 2, 3, 4]));
  } finally {
    console.log('never printed');
  }
}

process.on('exit', (code) => {
  console.log('exit handler', code);
});
first().finally(() => console.log('never printed either'));
