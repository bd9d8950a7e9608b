// verdict: fuel_exhausted
function retry(task) {
  try {
    return retry(task) || task();
  } catch (error) {
    // Out of stack? Then try once more.
    return retry(task);
  }
}

console.log('starting');
console.log(retry(() => 'finished'));
