// What `fs` tells of files.
const system = require("./system.js");

// What WASI calls kinds of files, and the bits that stand for them in a mode.
const [BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR, SYMBOLIC_LINK] = [1, 2, 3, 4, 7];
const MODES = { [BLOCK_DEVICE]: 0o060660, [CHARACTER_DEVICE]: 0o020660, [DIRECTORY]: 0o040755, [REGULAR]: 0o100644, [SYMBOLIC_LINK]: 0o120777 };

class Kind {
  isFile() {
    return kindOf(this) === REGULAR;
  }

  isDirectory() {
    return kindOf(this) === DIRECTORY;
  }

  isSymbolicLink() {
    return kindOf(this) === SYMBOLIC_LINK;
  }

  isBlockDevice() {
    return kindOf(this) === BLOCK_DEVICE;
  }

  isCharacterDevice() {
    return kindOf(this) === CHARACTER_DEVICE;
  }

  isFIFO() {
    return false;
  }

  isSocket() {
    return false;
  }
}
const kKind = Symbol("type");
const kindOf = (of) => of[kKind];

class Stats extends Kind {
  /** Of what WASI has written to memory. */
  constructor(view, isBigInt = false) {
    super();
    const kind = view.getUint8(16);
    const as = isBigInt ? BigInt : Number;
    Object.defineProperty(this, kKind, { value: kind, enumerable: false });
    this.dev = as(view.getBigUint64(0, true));
    this.mode = as(MODES[kind] ?? 0o100644);
    this.nlink = as(view.getBigUint64(24, true));
    this.uid = as(0);
    this.gid = as(0);
    this.rdev = as(0);
    this.blksize = as(4096);
    this.ino = as(view.getBigUint64(8, true));
    const size = system.uint64At(32);
    this.size = as(size);
    this.blocks = as(Math.ceil(size / 512));
    const times = { atime: 40, mtime: 48, ctime: 56, birthtime: 56 };
    for (const [name, at] of Object.entries(times)) this[`${name}Ms`] = as(Math.floor(system.uint64At(at) / 1e6));
    for (const name of Object.keys(times)) this[name] = new Date(Number(this[`${name}Ms`]));
  }
}

class Dirent extends Kind {
  constructor(name, folder, kind) {
    super();
    this.name = name;
    this.parentPath = folder;
    this.path = folder;
    Object.defineProperty(this, kKind, { value: kind, enumerable: false });
  }
}

module.exports = { Stats, Dirent };
