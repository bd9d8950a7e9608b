const { StringDecoder } = require('string_decoder');

const chunks = [];

// Paused mode: read what is there whenever something is.
process.stdin.on('readable', () => {
  let chunk;
  while ((chunk = process.stdin.read()) !== null) chunks.push(chunk);
});

process.stdin.on('end', () => {
  const bytes = Buffer.concat(chunks);
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = row.toString('hex').replace(/../g, '$& ').trimEnd();
    const text = [...row].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    console.log(at.toString(16).padStart(6, '0') + '  ' + hex.padEnd(48) + '|' + text + '|');
  }
  console.log(bytes);
  console.log([bytes.readUInt16BE(0), bytes.readInt16LE(0), bytes.readUInt32LE(2), bytes.readInt8(6)]);
  console.log(bytes.readDoubleBE(7), bytes.indexOf('text'), bytes.includes(0xff));

  const decoder = new StringDecoder('utf8');
  let text = '';
  for (const byte of bytes.subarray(22)) text += decoder.write(Buffer.of(byte));
  text += decoder.end();
  console.log(JSON.stringify(text));
  console.log(JSON.stringify(bytes.subarray(22).toString('latin1')));
});
