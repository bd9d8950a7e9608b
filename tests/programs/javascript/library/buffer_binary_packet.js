// A small binary format: magic, version, flags, time, float, name, a list of numbers, checksum.
const checksum = (bytes) => bytes.reduce((sum, b) => (sum + b) & 0xffff, 0);

function encode({ version, flags, time, ratio, name, values }) {
  const nameBytes = Buffer.from(name, 'utf8');
  const buffer = Buffer.alloc(4 + 1 + 2 + 8 + 8 + 1 + nameBytes.length + 2 + values.length * 4 + 2);
  let at = 0;
  at += buffer.write('PKT!', at, 'latin1');
  at = buffer.writeUInt8(version, at);
  at = buffer.writeUInt16LE(flags, at);
  at = buffer.writeBigInt64BE(time, at);
  at = buffer.writeDoubleLE(ratio, at);
  at = buffer.writeUInt8(nameBytes.length, at);
  at += nameBytes.copy(buffer, at);
  at = buffer.writeUInt16BE(values.length, at);
  for (const value of values) at = buffer.writeInt32BE(value, at);
  buffer.writeUInt16BE(checksum(buffer.subarray(0, at)), at);
  return buffer;
}

function decode(buffer) {
  if (buffer.toString('latin1', 0, 4) !== 'PKT!') throw new Error('not a packet');
  if (checksum(buffer.subarray(0, -2)) !== buffer.readUInt16BE(buffer.length - 2)) throw new Error('checksum differs');
  const nameEnd = 24 + buffer.readUInt8(23);
  const count = buffer.readUInt16BE(nameEnd);
  return {
    version: buffer.readUInt8(4),
    flags: buffer.readUInt16LE(5),
    time: buffer.readBigInt64BE(7),
    ratio: buffer.readDoubleLE(15),
    name: buffer.toString('utf8', 24, nameEnd),
    values: Array.from({ length: count }, (_, i) => buffer.readInt32BE(nameEnd + 2 + i * 4)),
  };
}

const packet = { version: 3, flags: 0xbeef, time: -(2n ** 40n), ratio: 0.1, name: 'größe 😀', values: [1, -1, 2147483647, -2147483648] };
const encoded = encode(packet);
console.log(encoded.toString('hex').match(/.{1,32}/g));
console.log(decode(encoded));
for (const spoil of [(b) => { b[10] ^= 1; }, (b) => { b[0] = 0; }]) {
  const copy = Buffer.from(encoded);
  spoil(copy);
  try { decode(copy); } catch (e) { console.log(e.message); }
}

const b = Buffer.alloc(16);
console.log(b.writeFloatBE(1.5, 0), b.writeInt16LE(-2, 4), b.writeUIntBE(0x123456, 6, 3), b.writeIntLE(-5, 9, 6), b);
console.log(b.readFloatBE(0), b.readInt16LE(4), b.readUIntBE(6, 3).toString(16), b.readIntLE(9, 6), b.readUInt32LE(0), b.readInt32LE(4), b.readBigUInt64LE(8));
const trials = [() => b.readUInt32BE(13), () => b.writeUInt8(256, 0), () => b.writeInt8(-129, 0), () => b.readInt8(16), () => b.readInt8(-1), () => b.readInt8(1.5), () => b.writeBigUInt64LE(-1n), () => b.readUInt8('0')];
for (const trial of trials) {
  try { console.log(trial()); } catch (e) { console.log(String(trial).slice(6), e.name, e.code); }
}
console.log(b.readInt8(), b.readUint8(5), b.writeInt32BE(-1), b.readUInt32BE().toString(16), b.readInt32BE(0));
