'use strict';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

class HttpError extends Error {
  constructor(status, options) {
    super(`status ${status}`, options);
    this.name = 'HttpError';
    this.status = status;
  }
}

async function request(path) {
  await pause(1);
  if (path === '/missing') throw new HttpError(404);
  if (path === '/broken') return JSON.parse('{broken');
  return { path, size: path.length };
}

async function load(path) {
  try {
    return await request(path);
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(500, { cause: error });
    if (error.status === 404) return null;
    throw error;
  } finally {
    console.log('finished', path);
  }
}

async function returnsInFinally() {
  try {
    throw new Error('lost');
  } finally {
    return 'finally wins';
  }
}

async function withoutAwait() {
  try {
    return request('/missing'); // not awaited: the catch below never sees it
  } catch {
    return 'caught inside';
  }
}

async function main() {
  console.log(await load('/ok'));
  console.log(await load('/missing'));
  await load('/broken').catch((error) => console.log(error.name, error.message, error.cause.name));
  console.log(await returnsInFinally());
  console.log(await withoutAwait().catch((e) => `caught outside: ${e.message}`));

  const jobs = ['/a', '/missing', '/ccc'].map(load);
  for (const job of jobs) console.log(await job);

  const { deepStrictEqual } = await import('node:assert');
  deepStrictEqual(await load('/x'), { path: '/x', size: 2 });

  let value = 1;
  const add = async () => { value = value + await pause(1).then(() => 10); };
  await Promise.all([add(), add()]);
  console.log('lost update:', value);
}

main().then((result) => console.log('end', result), (error) => { console.log('not here', error); });
console.log('main has started');
