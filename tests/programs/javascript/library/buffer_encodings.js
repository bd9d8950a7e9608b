const text = 'Grüße, 世界 😀';
const buffer = Buffer.from(text);
console.log(text.length, buffer.length, Buffer.byteLength(text), Buffer.byteLength('abcd', 'base64'));

for (const encoding of ['utf8', 'hex', 'base64', 'base64url', 'latin1', 'ascii', 'utf16le', 'ucs2', 'binary']) {
  const encoded = buffer.toString(encoding);
  const back = Buffer.from(encoded, encoding);
  console.log(encoding.padEnd(9), JSON.stringify(encoded), back.equals(buffer));
}

console.log(Buffer.from('68656c6c6f', 'hex').toString(), Buffer.from('abc', 'hex'), Buffer.from('zz', 'hex'), Buffer.from('aGk=', 'base64') + '', Buffer.from('aGk', 'base64url') + '', Buffer.from('a G\nk=', 'base64') + '');
console.log(Buffer.from('é', 'latin1'), Buffer.from('é€', 'ascii'), Buffer.from('€', 'latin1'), Buffer.from('hi', 'utf16le'), Buffer.from('\ud800x'));
console.log(Buffer.from([0xff, 0xfe, 0x41, 0xe2, 0x82, 0x41, 0xf0, 0x9f]).toString(), Buffer.from([0xc0, 0x80]).toString().length, Buffer.from([104, 256 + 105, -1, 'x', 1.9]));
console.log(btoa('hello?>'), atob('aGVsbG8/Pg=='), Buffer.from('hello?>').toString('base64url'));
try { btoa('€'); } catch (e) { console.log(e.name); }
try { atob('*'); } catch (e) { console.log(e.name); }
try { buffer.toString('nope'); } catch (e) { console.log(e.name, e.code); }
try { Buffer.from(5); } catch (e) { console.log(e.name, e.code); }
try { Buffer.alloc(-1); } catch (e) { console.log(e.name, e.code); }
console.log(Buffer.isEncoding('UTF-8'), Buffer.isEncoding('utf9'), Buffer.isBuffer(new Uint8Array(1)));

const b = Buffer.from('the quick brown fox');
console.log(b.slice(4, 9).toString(), b.subarray(-3).toString(), b.toString('utf8', 4, 9), b.at(-1), b[0]);
console.log(b.indexOf('quick'), b.indexOf(Buffer.from('fox')), b.lastIndexOf('o'), b.indexOf(0x20, 5), b.includes('cat'), b.indexOf(''));
const part = b.subarray(4, 9);
part.write('QUICK');
console.log(b.toString(), b.write('THE', 0), b.write('end', 17), b.toString(), b.fill('-', 3, 4).toString());

const joined = Buffer.concat([Buffer.from('ab'), Buffer.alloc(2, 'xyz'), new Uint8Array([67])]);
console.log(joined, joined.toString(), Buffer.concat([joined, joined], 7).toString(), Buffer.concat([]).length);
console.log(Buffer.compare(Buffer.from('a'), Buffer.from('b')), Buffer.from('b').compare(Buffer.from('a')), ['c', 'a', 'b'].map((s) => Buffer.from(s)).sort(Buffer.compare).join(''), Buffer.from('x').equals(new Uint8Array([120])));
console.log(joined.copy(b, 0, 1, 3), b.toString(), [...Buffer.from('hi').entries()], Buffer.from('abc').reverse().toString(), Buffer.from('abcd').swap16().toString());
console.log(Buffer.from(Buffer.from('xyz').toJSON()).toString(), Buffer.from(new Uint16Array([1, 258]).buffer), Buffer.from(new Uint16Array([1, 258])), Buffer.of(1, 2), Buffer.allocUnsafe(3).fill(0));
console.log(Buffer.from('a').toString('hex').toUpperCase(), parseInt(Buffer.from('ff', 'hex').toString('hex'), 16), Buffer.from('test') == 'test', `${Buffer.from('test')}`.length, Buffer.from('%').toString('hex'), Buffer.from('ab') < Buffer.from('b'));
