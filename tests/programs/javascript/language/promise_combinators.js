const after = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
const failAfter = (ms, message) => new Promise((_, reject) => setTimeout(() => reject(new Error(message)), ms));

async function show(label, promise) {
  try {
    console.log(label, await promise);
  } catch (error) {
    if (error instanceof AggregateError) console.log(label, error.name, error.errors.map((e) => e.message));
    else console.log(label, 'failed:', error.message);
  }
}

async function main() {
  await show('all', Promise.all([after(20, 'slow'), 1, Promise.resolve('two'), after(1, null)]));
  await show('all with failure', Promise.all([after(20, 'slow'), failAfter(2, 'broken')]));
  await show('all of nothing', Promise.all([]));
  await show('all of a set', Promise.all(new Set([1, after(1, 2)])));

  await show('race', Promise.race([after(50, 'tortoise'), after(1, 'hare')]));
  await show('race lost', Promise.race([after(50, 'x'), failAfter(1, 'fell')]));
  await show('race at once', Promise.race([after(1, 'x'), 'already here']));

  await show('any', Promise.any([failAfter(1, 'no'), after(20, 'yes')]));
  await show('any none', Promise.any([failAfter(20, 'b'), failAfter(1, 'a'), Promise.reject(new Error('c'))]));
  await show('any of nothing', Promise.any([]));

  const settled = await Promise.allSettled([after(2, { ok: true }), failAfter(1, 'sorry'), 7]);
  for (const { status, value, reason } of settled) {
    console.log(status.padEnd(10), status === 'fulfilled' ? value : reason.message);
  }

  await show('timeout pattern', Promise.race([after(150, 'work'), failAfter(10, 'took too long')]));
  console.log(Promise.resolve(1), Promise.reject(2).catch(() => {}), after(1), (async () => 3)());

  const same = Promise.resolve('s');
  console.log(Promise.resolve(same) === same, Promise.length, Promise.all.name);
}

main().finally(() => console.log('done'));
