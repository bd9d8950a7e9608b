// WASI for the rest of the prelude: memory that it reads and writes, its errors, clocks, randomness, and text as bytes.
const native = require("native");

// One block of memory, for what goes in and out of WASI. Its address is asked for in each run: it is made while the module is.
const ROOM = 4096;
const room = new ArrayBuffer(ROOM);
const view = new DataView(room);
const address = native.address_of(room);

const ERRORS = {
  2: ["EACCES", "permission denied"],
  6: ["EAGAIN", "resource temporarily unavailable"],
  8: ["EBADF", "bad file descriptor"],
  10: ["EBUSY", "resource busy or locked"],
  20: ["EEXIST", "file already exists"],
  22: ["EFBIG", "file too large"],
  28: ["EINVAL", "invalid argument"],
  29: ["EIO", "i/o error"],
  31: ["EISDIR", "illegal operation on a directory"],
  32: ["ELOOP", "too many symbolic links encountered"],
  33: ["EMFILE", "too many open files"],
  37: ["ENAMETOOLONG", "name too long"],
  44: ["ENOENT", "no such file or directory"],
  48: ["ENOMEM", "not enough memory"],
  51: ["ENOSPC", "no space left on device"],
  52: ["ENOSYS", "function not implemented"],
  54: ["ENOTDIR", "not a directory"],
  55: ["ENOTEMPTY", "directory not empty"],
  58: ["ENOTSUP", "operation not supported"],
  63: ["EPERM", "operation not permitted"],
  64: ["EPIPE", "broken pipe"],
  69: ["EROFS", "read-only file system"],
  70: ["ESPIPE", "invalid seek"],
  75: ["EXDEV", "cross-device link not permitted"],
  76: ["EPERM", "operation not permitted"],
};
// What Linux calls them by number.
const NUMBERS = {
  EACCES: 13, EAGAIN: 11, EBADF: 9, EBUSY: 16, EEXIST: 17, EFBIG: 27, EINVAL: 22, EIO: 5, EISDIR: 21, ELOOP: 40, EMFILE: 24, ENAMETOOLONG: 36,
  ENOENT: 2, ENOMEM: 12, ENOSPC: 28, ENOSYS: 38, ENOTDIR: 20, ENOTEMPTY: 39, ENOTSUP: 95, EPERM: 1, EPIPE: 32, EROFS: 30, ESPIPE: 29, EXDEV: 18,
};

/** The error that node throws for a failed call of the system. */
function systemError(errno, syscall, path, dest) {
  const [code, text] = ERRORS[errno] ?? ["EIO", "i/o error"];
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = new Error(message);
  error.errno = -NUMBERS[code];
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

function uint64At(at) {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

/** Nanoseconds of the clock that only goes forward. */
function monotonic() {
  native.clock_time_get(1, address);
  return uint64At(0);
}

function monotonicBigInt() {
  native.clock_time_get(1, address);
  return view.getBigUint64(0, true);
}

/** Waits; nothing else can happen in the meantime. */
function sleep(nanoseconds) {
  // A subscription (48 bytes) to the monotonic clock, then room for its event (32 bytes) and their number.
  for (let at = 0; at < 48; at += 4) view.setUint32(at, 0, true);
  view.setUint32(16, 1, true);
  view.setBigUint64(24, BigInt(Math.ceil(nanoseconds)), true);
  native.poll_oneoff(address, address + 64, 1, address + 128);
}

/** Fills bytes with what cannot be foreseen. */
function fillRandom(bytes) {
  if (bytes.byteLength) native.random_get(native.address_of(bytes.buffer) + bytes.byteOffset, bytes.byteLength);
  return bytes;
}

/** Strings, each ended by a zero byte, as arguments and variables come. */
function strings(sizes, get) {
  sizes(address, address + 4);
  const count = view.getUint32(0, true);
  const size = view.getUint32(4, true);
  if (!count) return [];
  const buffer = new ArrayBuffer(4 * count + size);
  const start = native.address_of(buffer);
  get(start, start + 4 * count);
  return native.text_at(start + 4 * count, size - 1).split("\0");
}
const args = () => strings(native.args_sizes_get, native.args_get);
const variables = () => strings(native.environ_sizes_get, native.environ_get);

/** Reads into bytes at the place where the file stands; the number of bytes, 0 at its end. */
function read(descriptor, bytes) {
  view.setUint32(0, native.address_of(bytes.buffer) + bytes.byteOffset, true);
  view.setUint32(4, bytes.byteLength, true);
  const errno = native.fd_read(descriptor, address, 1, address + 8);
  if (errno) throw systemError(errno, "read");
  return view.getUint32(8, true);
}

/** Writes all of the bytes. */
function write(descriptor, bytes) {
  let at = native.address_of(bytes.buffer) + bytes.byteOffset;
  let left = bytes.byteLength;
  while (left > 0) {
    view.setUint32(0, at, true);
    view.setUint32(4, left, true);
    const errno = native.fd_write(descriptor, address, 1, address + 8);
    if (errno) throw systemError(errno, "write");
    const done = view.getUint32(8, true);
    at += done;
    left -= done;
  }
  return bytes.byteLength;
}

// What is read comes here first: memory that nobody touches costs nothing.
const incoming = new Uint8Array(65536);

/** The next bytes, at most so many as fit; none at the end. */
function readChunk(descriptor) {
  return incoming.slice(0, read(descriptor, incoming));
}

/** All that is still to be read, as bytes. */
function readAll(descriptor) {
  const pieces = [];
  let length = 0;
  for (let piece = readChunk(descriptor); piece.length; piece = readChunk(descriptor)) {
    pieces.push(piece);
    length += piece.length;
  }
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

const { isWellFormed, toWellFormed } = String.prototype;
const wellFormed = (text) => (isWellFormed.call(text) ? text : toWellFormed.call(text));

/** A text as bytes in UTF-8. */
function encode(text) {
  return new Uint8Array(native.encode_text(wellFormed(text)));
}

/** Bytes in UTF-8 as a text. */
function decode(bytes, start = 0, end = bytes.byteLength) {
  if (end <= start) return "";
  const text = native.text_at(native.address_of(bytes.buffer) + bytes.byteOffset + start, end - start);
  return text.includes("\ufffd") || !isWellFormed.call(text) ? decodeInvalid(bytes, start, end) : text;
}

/** What is no UTF-8 becomes as many replacements as WHATWG says, which is not as many as the engine thinks. */
function decodeInvalid(bytes, start, end) {
  const pieces = [];
  for (let at = start; at < end; ) {
    const first = bytes[at++];
    if (first < 0x80) {
      pieces.push(String.fromCharCode(first));
      continue;
    }
    const more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
    let code = more === 1 ? first & 31 : more === 2 ? first & 15 : first & 7;
    // The second byte is more narrowly bound than the others.
    let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let left = more;
    while (left > 0 && at < end && bytes[at] >= low && bytes[at] <= high) {
      code = (code << 6) | (bytes[at++] & 63);
      [low, high] = [0x80, 0xbf];
      left--;
    }
    pieces.push(more && !left ? String.fromCodePoint(code) : "\ufffd");
  }
  return pieces.join("");
}

function writeText(descriptor, text) {
  return native.write_text(descriptor, wellFormed(text));
}

module.exports = {
  address, view, uint64At, systemError, NUMBERS, monotonic, monotonicBigInt, sleep, fillRandom, args, variables, read, readChunk, write, readAll, encode, decode,
  writeText, wellFormed, native,
};
