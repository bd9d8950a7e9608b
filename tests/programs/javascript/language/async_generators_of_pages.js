const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function fetchPage(number) {
  await wait(2);
  if (number > 3) return { items: [], next: null };
  return { items: [`item ${number}.1`, `item ${number}.2`], next: number + 1 };
}

async function* pages() {
  let next = 1;
  try {
    while (next) {
      const page = await fetchPage(next);
      console.log('page', next);
      yield* page.items;
      next = page.next;
    }
  } finally {
    await wait(1);
    console.log('pages closed');
  }
}

async function* numbered(source, start = 1) {
  for await (const item of source) yield [start++, item];
}

const collect = async (source) => {
  const all = [];
  for await (const value of source) all.push(value);
  return all;
};

(async function main() {
  console.log(await collect(pages()));

  for await (const [n, item] of numbered(pages(), 10)) {
    console.log(n, item);
    if (n === 11) break;
  }

  // A list of promises is awaited one by one.
  for await (const value of [wait(3).then(() => 'slow'), 'plain', Promise.resolve('quick')]) console.log(value);

  const g = numbered(['x', 'y', 'z']);
  console.log(await Promise.all([g.next(), g.next(), g.next(), g.next()]));
  console.log(g, Object.prototype.toString.call(g), await g.return('over'));

  async function* failing() {
    yield 1;
    throw new RangeError('no second value');
  }
  try {
    console.log(await collect(failing()));
  } catch (e) {
    console.log(e.name, e.message);
  }
  await collect({ async *[Symbol.asyncIterator]() { yield 'own'; } }).then(console.log);
})();
