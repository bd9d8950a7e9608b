console.log(new Uint8Array(3), new Int16Array([1, -2]), new Float64Array([0.5, -0, NaN]), new Uint8ClampedArray([300]), new BigInt64Array(2));
console.log(new Uint8Array(0), new Float32Array([1.1]), [new Uint8Array(2)], { u: new Uint16Array([1, 2]) });
console.log(new Uint8Array(130));
console.log(new Float32Array(7).map((_, i) => i * 1.25));

console.log(new ArrayBuffer(0), new ArrayBuffer(4), new ArrayBuffer(60), { b: new ArrayBuffer(2) });
console.log(new DataView(new ArrayBuffer(4), 1, 2));

console.log(Buffer.from('hello'), Buffer.alloc(0), Buffer.alloc(3, 'ab'), [Buffer.from([1, 2, 255])], { b: Buffer.from('é') });
console.log(Buffer.alloc(60, 7));
console.log(Buffer.from('x').toJSON(), JSON.stringify({ b: Buffer.from('ab') }), String(Buffer.from('text')), `${Buffer.from('tpl')}`);

const named = Buffer.from('ab');
named.label = 'extra property';
console.log(named);
const typed = new Uint8Array([1, 2]);
typed.note = true;
console.log(typed);

class Bytes extends Uint8Array {}
console.log(Bytes.of(1, 2), Bytes.of(1, 2).map((x) => x * 2) instanceof Bytes, new (class extends Array {})(2));

console.log(new Uint8Array(new Set([5, 6])), new Uint8Array({ length: 2, 0: 9 }), Uint8Array.from('123'), new Uint8Array(new Float32Array([1.9])));
console.log(new TextEncoder().encode('h€'), new TextDecoder().decode(new Uint8Array([104, 105])), [...new Uint8Array([1, 2])], Array.from(Buffer.from('ab')));
console.log(new Uint8Array([1, 2, 3]).entries(), Buffer.from([1]).keys(), Object.entries(new Uint8Array([7])), typeof Buffer.from(''), Buffer.isBuffer(typed));
console.log(new Uint32Array(Array.from({ length: 10 }, (_, i) => i ** 9)));
console.log([[new Uint8Array(1)], { a: { b: { c: new Uint8Array(1) } } }], new Map([[new Uint8Array(1), Buffer.from('k')]]));
console.log(new SharedArrayBuffer(2).byteLength, new Uint8Array(8).subarray(2, 4).byteOffset);
console.table(new Uint8Array([10, 20]));
