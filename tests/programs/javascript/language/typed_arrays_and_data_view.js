const buffer = new ArrayBuffer(16);
const view = new DataView(buffer);
view.setInt16(0, -2);
view.setUint16(2, 65534, true);
view.setFloat32(4, 1.1);
view.setBigInt64(8, -1n << 40n, true);
console.log(buffer);
console.log(view.getUint16(0), view.getInt16(2, true), view.getFloat32(4), view.getBigUint64(8), view.getInt8(5));
try { view.getInt32(14); } catch (e) { console.log(e.name); }

const bytes = new Uint8Array(buffer, 4, 4);
bytes.fill(0x40);
console.log(bytes, view.getFloat32(4), bytes.byteOffset, bytes.length, bytes.buffer === buffer);

console.log(Uint8Array.of(256, -1, 1.9, '7', NaN), Uint8ClampedArray.of(256, -1, 1.5, 2.5, NaN), Int8Array.of(128, 255, -129));
console.log(new Float32Array([0.1, 16777217]), Float64Array.from({ length: 3 }, (_, i) => i / 4), new Uint16Array(2), new Int32Array());

const numbers = Int16Array.from([30, 4, 1000, -5, 4]);
console.log(numbers.slice().sort(), [...numbers].sort(), numbers.indexOf(4), numbers.lastIndexOf(4), numbers.at(-1));
console.log(numbers.subarray(1, 3), numbers.map((n) => n * 1000), numbers.filter((n) => n > 4), numbers.reduce((a, b) => a + b));
console.log(numbers.toSorted(), numbers.with(0, 7), numbers.toReversed(), numbers.join('|'), Object.keys(numbers).join(''));

const sub = numbers.subarray(2);
sub[0] = 1;
sub[100] = 5;
console.log(numbers[2], sub[100], sub.length, 100 in sub, numbers.set([8, 9], 3), numbers);
try { numbers.set([1], 5); } catch (e) { console.log(e.name); }
try { new Uint32Array(buffer, 3); } catch (e) { console.log(e.name); }
try { Uint8Array([1]); } catch (e) { console.log(e.name); }

numbers.copyWithin(0, 3);
console.log(numbers, Array.isArray(numbers), ArrayBuffer.isView(numbers), numbers instanceof Int16Array);
console.log(Int16Array.BYTES_PER_ELEMENT, numbers.byteLength, Object.prototype.toString.call(numbers), JSON.stringify(numbers), String(numbers));

const little = new Uint8Array(new Uint32Array([0x01020304]).buffer)[0] === 4;
console.log('little end first:', little, buffer.slice(0, 4).byteLength, new Uint8Array(buffer.slice(-2)));

function crc(bytes) {
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let i = 0; i < 8; i++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return (~c >>> 0).toString(16);
}
console.log(crc(new TextEncoder().encode('123456789')), crc([]), crc(bytes));

const moved = structuredClone(buffer, { transfer: [buffer] });
console.log(moved.byteLength, buffer.byteLength, bytes.length);
const resizable = new ArrayBuffer(2, { maxByteLength: 8 });
const tracking = new Uint8Array(resizable);
resizable.resize(5);
console.log(tracking.length, resizable.resizable, resizable.maxByteLength);
