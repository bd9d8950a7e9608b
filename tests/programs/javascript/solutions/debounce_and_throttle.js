/** Calls fn only when there were no calls for `ms`; the last arguments win. */
function debounce(fn, ms) {
  let timer;
  const debounced = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
  debounced.cancel = () => clearTimeout(timer);
  return debounced;
}

/** Calls fn at once, then keeps quiet for `ms`, with one last call for what came in between. */
function throttle(fn, ms) {
  let waiting = false, last = null;
  return (...args) => {
    if (waiting) {
      last = args;
      return;
    }
    fn(...args);
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (last) { const args = last; last = null; fn(...args); }
    }, ms);
  };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const log = (label) => (...args) => console.log(label, args);

async function main() {
  const save = debounce(log('saved'), 20);
  for (const text of ['h', 'he', 'hel', 'hello']) save(text);
  console.log('typed');
  await sleep(60);

  save('never');
  save.cancel();
  await sleep(40);

  const scroll = throttle(log('scrolled'), 30);
  for (let y = 0; y < 500; y += 100) scroll(y);
  await sleep(80);
  scroll('again');

  const batch = [];
  const flush = debounce(() => { console.log('flush', batch.splice(0)); }, 10);
  const add = (item) => { batch.push(item); flush(); };
  ['a', 'b', 'c'].forEach(add);
  await sleep(50);
  add('d');
  await sleep(50);
  console.log('left over', batch);
}

main();
