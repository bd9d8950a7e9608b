const { StringDecoder } = require('string_decoder');
const util = require('util');

const encoder = new TextEncoder();
console.log(encoder.encoding, encoder.encode('aé€😀'), encoder.encode(), encoder.encode('\ud800'));
const target = new Uint8Array(6);
console.log(encoder.encodeInto('a€😀', target), target);

const decoder = new TextDecoder();
console.log(decoder.encoding, decoder.fatal, decoder.ignoreBOM, decoder.decode(encoder.encode('aé€😀')));
console.log(decoder.decode(new Uint8Array([0x61, 0xff, 0xe2, 0x82, 0x62])), decoder.decode(new Uint8Array([0xf0, 0x9f, 0x98])).length, decoder.decode());
console.log(JSON.stringify(decoder.decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))), JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))));
try {
  new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]));
} catch (e) {
  console.log(e.name, e.code);
}
try { new TextDecoder('no-such-encoding'); } catch (e) { console.log(e.name, e.code); }
console.log(new TextDecoder('utf-16le').decode(new Uint8Array([0x41, 0, 0xac, 0x20])), new TextDecoder('latin1').decode(new Uint8Array([0x41, 0xe9])), new TextDecoder('UTF8').encoding);

// Pieces that end in the middle of a character.
const streaming = new TextDecoder();
const bytes = encoder.encode('1€2😀3');
let text = '';
for (const byte of bytes) text += streaming.decode(Uint8Array.of(byte), { stream: true }) + '.';
console.log(text + streaming.decode());

const utf8 = new StringDecoder('utf8');
const parts = [[0xe2], [0x82], [0xac, 0x41], [0xf0, 0x9f], [0x98], [0x80], [0xc3]].map((part) => utf8.write(Buffer.from(part)));
console.log(parts, JSON.stringify(utf8.end()), JSON.stringify(utf8.end()), utf8.encoding);

const base64 = new StringDecoder('base64');
console.log([base64.write(Buffer.from('a')), base64.write(Buffer.from('bcd')), base64.end(Buffer.from('e'))]);
const hex = new StringDecoder('hex');
console.log(hex.write(Buffer.from([1, 255])), hex.end());
const wide = new StringDecoder('utf16le');
console.log([wide.write(Buffer.from([0x3d, 0xd8, 0x00])), wide.write(Buffer.from([0xde, 0x41])), wide.end(Buffer.from([0x00]))]);

console.log(util.TextEncoder === TextEncoder, Object.prototype.toString.call(decoder), encoder.encode('x') instanceof Uint8Array, encoder.encode('x').constructor === Uint8Array);
const roundTrip = (s) => new TextDecoder().decode(new TextEncoder().encode(s)) === s;
console.log(['', 'plain', 'ÄÖÜ', '日本', '👩‍🚀', '\0', '\ud800', '\ufeffx'].map(roundTrip));
