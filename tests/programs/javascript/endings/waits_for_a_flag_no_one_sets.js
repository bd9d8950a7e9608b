// verdict: fuel_exhausted
let ready = false;

// The timer never gets its turn, because the loop never gives it up.
setTimeout(() => {
  ready = true;
  console.log('ready');
}, 10);

let spins = 0;
while (!ready) {
  spins = (spins + 1) % 1000003;
}
console.log('done after', spins);
