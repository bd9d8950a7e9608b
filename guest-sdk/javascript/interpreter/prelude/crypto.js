// `crypto`: hashes by a package, and random bytes.
const process = require("./process.js");
const system = require("./system.js");
const { Buffer } = require("./buffer.js");
const { Transform } = require("readable-stream");
const { codeError, invalidType, outOfRange, notHere } = require("./errors.js");
const sha2 = require("@noble/hashes/sha2.js");
const sha3 = require("@noble/hashes/sha3.js");
const legacy = require("@noble/hashes/legacy.js");
const { hmac } = require("@noble/hashes/hmac.js");
const { pbkdf2 } = require("@noble/hashes/pbkdf2.js");
const { scrypt } = require("@noble/hashes/scrypt.js");
const { hkdf } = require("@noble/hashes/hkdf.js");

const HASHES = {
  __proto__: null, md5: legacy.md5, sha1: legacy.sha1, sha224: sha2.sha224, sha256: sha2.sha256, sha384: sha2.sha384, sha512: sha2.sha512,
  "sha512-256": sha2.sha512_256, "sha512-224": sha2.sha512_224, ripemd160: legacy.ripemd160, rmd160: legacy.ripemd160,
  "sha3-224": sha3.sha3_224, "sha3-256": sha3.sha3_256, "sha3-384": sha3.sha3_384, "sha3-512": sha3.sha3_512,
};

function hashNamed(name) {
  const found = HASHES[`${name}`.toLowerCase()] ?? HASHES[`${name}`.toLowerCase().replace(/^(?:rsa-)?sha-?(?=\d)/, "sha")];
  if (!found) throw codeError("ERR_OSSL_EVP_UNSUPPORTED", "Digest method not supported");
  return found;
}

function bytesOf(data, encoding, name = "data") {
  if (typeof data === "string") return Buffer.from(data, encoding === "buffer" ? "utf8" : encoding);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw invalidType(name, ["string", "Buffer", "TypedArray", "DataView"], data);
}
const inEncoding = (bytes, encoding) => (encoding && encoding !== "buffer" ? Buffer.from(bytes).toString(encoding) : Buffer.from(bytes));

class Hash extends Transform {
  constructor(state) {
    super();
    Object.defineProperty(this, "state", { value: state, writable: true, enumerable: false });
    Object.defineProperty(this, "isDone", { value: false, writable: true, enumerable: false });
  }

  update(data, encoding) {
    if (this.isDone) throw codeError("ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    this.state.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding) {
    if (this.isDone) throw codeError("ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    this.isDone = true;
    return inEncoding(this.state.digest(), encoding);
  }

  copy() {
    return new Hash(this.state.clone());
  }

  _transform(chunk, encoding, callback) {
    this.update(chunk, encoding);
    callback();
  }

  _flush(callback) {
    this.push(this.digest());
    callback();
  }
}
class Hmac extends Hash {}

function randomBytes(size, callback) {
  if (typeof size !== "number") throw invalidType("size", "number", size);
  if (!(size >= 0 && size <= 2147483647)) throw outOfRange("size", ">= 0 && <= 2147483647", size);
  const bytes = system.fillRandom(Buffer.alloc(size));
  if (!callback) return bytes;
  process.nextTick(callback, null, bytes);
}

function randomInt(low, high, callback) {
  if (high === undefined || typeof high === "function") [low, high, callback] = [0, low, high];
  if (!Number.isSafeInteger(low)) throw invalidType("min", "a safe integer", low);
  if (!Number.isSafeInteger(high)) throw invalidType("max", "a safe integer", high);
  if (high <= low) throw outOfRange("max", `greater than the value of "min" (${low})`, high);
  const range = high - low;
  const limit = 281474976710656 - (281474976710656 % range);
  let drawn;
  do drawn = randomBytes(6).readUIntBE(0, 6);
  while (drawn >= limit);
  const value = low + (drawn % range);
  if (!callback) return value;
  process.nextTick(callback, null, value);
}

function randomUUID() {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function randomFillSync(buffer, offset = 0, size = buffer.byteLength - offset) {
  system.fillRandom(new Uint8Array(buffer.buffer ?? buffer, (buffer.byteOffset ?? 0) + offset, size));
  return buffer;
}

function timingSafeEqual(one, other) {
  const [left, right] = [bytesOf(one), bytesOf(other)];
  if (left.length !== right.length) throw codeError("ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length", RangeError);
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left[at] ^ right[at];
  return difference === 0;
}

const pbkdf2Sync = (password, salt, iterations, length, digest) => Buffer.from(pbkdf2(hashNamed(digest), bytesOf(password), bytesOf(salt), { c: iterations, dkLen: length }));
const scryptSync = (password, salt, length, { N, cost = N ?? 16384, r, blockSize = r ?? 8, p, parallelization = p ?? 1 } = {}) =>
  Buffer.from(scrypt(bytesOf(password), bytesOf(salt), { N: cost, r: blockSize, p: parallelization, dkLen: length }));
const hkdfSync = (digest, key, salt, info, length) => Uint8Array.from(hkdf(hashNamed(digest), bytesOf(key), bytesOf(salt), bytesOf(info), length)).buffer;
const withCallback = (call) => (...args) => {
  const callback = args.pop();
  let done;
  try {
    done = [null, call(...args)];
  } catch (error) {
    done = [error];
  }
  process.nextTick(callback, ...done);
};

const webcrypto = {
  getRandomValues: (array) => randomFillSync(array),
  randomUUID,
  subtle: {
    digest: async (algorithm, data) => Uint8Array.from(hashNamed(algorithm.name ?? algorithm)(bytesOf(data))).buffer,
  },
};

const crypto = {
  webcrypto,
  subtle: webcrypto.subtle,
  createHash: (name) => new Hash(hashNamed(name).create()),
  createHmac: (name, key) => new Hmac(hmac.create(hashNamed(name), bytesOf(key, undefined, "key"))),
  hash: (name, data, encoding = "hex") => inEncoding(hashNamed(name)(bytesOf(data)), encoding),
  getHashes: () => Object.keys(HASHES),
  getCiphers: () => [],
  getCurves: () => [],
  randomBytes,
  pseudoRandomBytes: randomBytes,
  randomInt,
  randomUUID,
  randomFillSync,
  randomFill: withCallback(randomFillSync),
  getRandomValues: webcrypto.getRandomValues,
  timingSafeEqual,
  pbkdf2Sync,
  pbkdf2: withCallback(pbkdf2Sync),
  scryptSync,
  scrypt: withCallback(scryptSync),
  hkdfSync,
  hkdf: withCallback(hkdfSync),
  Hash,
  Hmac,
  constants: {},
};
for (const name of ["createCipheriv", "createDecipheriv", "createSign", "createVerify", "createDiffieHellman", "createECDH", "generateKeyPair",
  "generateKeyPairSync", "generateKeySync", "publicEncrypt", "privateDecrypt", "sign", "verify", "createPrivateKey", "createPublicKey", "createSecretKey"]) {
  crypto[name] = () => {
    throw notHere(`crypto.${name}`);
  };
}

module.exports = crypto;
