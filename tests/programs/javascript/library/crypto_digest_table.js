const crypto = require('crypto');

const digest = (algorithm, data, encoding = 'hex') => crypto.createHash(algorithm).update(data).digest(encoding);

const samples = ['', 'abc', 'The quick brown fox jumps over the lazy dog', 'ünïcödé 😀', 'a'.repeat(1000)];
for (const sample of samples) {
  console.log(JSON.stringify(sample.slice(0, 20)), sample.length);
  for (const algorithm of ['md5', 'sha1', 'sha256']) console.log(' ', algorithm.padEnd(7), digest(algorithm, sample));
}

// Lengths around the size of a block.
for (const length of [55, 56, 63, 64, 65, 119, 128]) {
  const data = Buffer.alloc(length, length);
  console.log(length, digest('md5', data).slice(0, 8), digest('sha1', data).slice(0, 8), digest('sha256', data).slice(0, 8));
}

const hash = crypto.createHash('sha256');
hash.update('in ').update(Buffer.from('several ')).update(new Uint8Array([112, 105, 101, 99, 101, 115]));
console.log(hash.digest('hex') === digest('sha256', 'in several pieces'));
try { hash.update('too late'); } catch (e) { console.log(e.name, e.code); }
try { crypto.createHash('no-such-hash'); } catch (e) { console.log(e.name); }
try { crypto.createHash('md5').update(5); } catch (e) { console.log(e.name, e.code); }

console.log(digest('md5', 'abc', 'base64'), digest('sha1', 'abc', 'base64url'), digest('sha256', 'abc', undefined).length, crypto.createHash('md5').update('abc').digest());
console.log(crypto.createHash('sha1').update('e9', 'hex').digest('hex'), crypto.createHash('sha1').update('é', 'latin1').digest('hex').slice(0, 10));
const copied = crypto.createHash('md5').update('start');
console.log(copied.copy().update('1').digest('hex').slice(0, 8), copied.update('2').digest('hex').slice(0, 8));

const id = crypto.randomUUID();
console.log(id.length, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id), id !== crypto.randomUUID());
console.log(crypto.randomBytes(16).length, Buffer.isBuffer(crypto.randomBytes(1)), crypto.randomBytes(8).toString('hex').length);
const n = crypto.randomInt(3, 7);
console.log(Number.isInteger(n), n >= 3 && n < 7, crypto.getRandomValues(new Uint8Array(4)).length, globalThis.crypto.randomUUID().length);
console.log(crypto.getHashes().includes('sha256'), crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')));

// A chain in which each block names the one before it.
let previous = '0'.repeat(64);
for (const text of ['first', 'second', 'third']) {
  let nonce = 0;
  while (!digest('sha256', `${previous}${text}${nonce}`).startsWith('0')) nonce++;
  previous = digest('sha256', `${previous}${text}${nonce}`);
  console.log(text, nonce, previous.slice(0, 12));
}
