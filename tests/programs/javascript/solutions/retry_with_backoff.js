const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Tries an asynchronous function several times, waiting longer each time.
 * @template T
 * @param {(attempt: number) => Promise<T>} task
 * @param {{retries?: number, base?: number, shouldRetry?: (error: Error) => boolean}} [options]
 * @returns {Promise<T>}
 */
async function retry(task, { retries = 3, base = 1, shouldRetry = () => true } = {}) {
  const errors = [];
  for (let attempt = 1; attempt <= retries; attempt++) {
    try {
      return await task(attempt);
    } catch (error) {
      errors.push(error);
      if (!shouldRetry(error)) throw error;
      const delay = base * 2 ** (attempt - 1);
      console.log(`  attempt ${attempt} failed (${error.message}), wait ${delay} ms`);
      await sleep(delay);
    }
  }
  throw new AggregateError(errors, `gave up after ${retries} attempts`);
}

class TemporaryError extends Error {}
class FatalError extends Error {}

const flaky = (failures) => async (attempt) => {
  if (attempt <= failures) throw new TemporaryError(`service is down ${attempt}`);
  return { attempt, value: 'data' };
};

async function main() {
  console.log(await retry(flaky(0)));
  console.log(await retry(flaky(2)));

  await retry(flaky(9), { retries: 4 }).catch((error) => {
    console.log(error.name, error.message, error.errors.length, error.errors.every((e) => e instanceof TemporaryError));
  });

  try {
    await retry(async () => { throw new FatalError('wrong password'); }, { shouldRetry: (e) => !(e instanceof FatalError) });
  } catch (error) {
    console.log(error.constructor.name, error.message);
  }

  const results = await Promise.allSettled([retry(async () => 'fine'), retry(() => Promise.reject(new Error('no')), { retries: 1, base: 0 })]);
  console.log(results.map(({ status, value, reason }) => [status, value ?? reason.message]));

  // The last one is not caught.
  const answer = await retry(flaky(5), { retries: 2 });
  console.log('never printed', answer);
}

main();
