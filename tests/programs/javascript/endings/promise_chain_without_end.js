// verdict: fuel_exhausted
let turns = 0;

setTimeout(() => {
  console.log('a timer has no chance');
  process.exit(0);
}, 1);

// Each turn queues the next one, so the queue is never empty.
function turn() {
  turns = (turns + 1) & 0xffff;
  Promise.resolve(turns).then(turn);
}

turn();
console.log('waiting for the end');
