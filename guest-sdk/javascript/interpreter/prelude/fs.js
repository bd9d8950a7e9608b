// `fs`: files below the folders that the host opened for the program, and the standard streams.
const path = require("path-browserify");
const system = require("./system.js");
const eventLoop = require("./event_loop.js");
const state = require("./process_state.js");
const { Buffer } = require("./buffer.js");
const { Stats, Dirent } = require("./fs_stats.js");
const { invalidType, checkFunction, codeError } = require("./errors.js");
const native = require("native");

const { address, view, systemError } = system;
const constants = {
  F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024,
  S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFLNK: 40960,
};
// What WASI calls them.
const [CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE] = [1, 2, 4, 8];
const APPEND = 1;
// Rights: to read, seek and see its size; to write and cut off besides; to list a folder and look at what is in it.
const READING = (1 << 1) | (1 << 2) | (1 << 5) | (1 << 21);
const WRITING = READING | (1 << 6) | (1 << 8) | (1 << 22);
const LISTING = (1 << 14) | (1 << 18);
const FOLLOW = 1;
const NOENT = 44;

const FLAGS = {
  __proto__: null, r: [0, 0], rs: [0, 0], "r+": [0, 0], "rs+": [0, 0], w: [CREATE | TRUNCATE, 0], wx: [CREATE | TRUNCATE | EXCLUSIVE, 0],
  "w+": [CREATE | TRUNCATE, 0], "wx+": [CREATE | TRUNCATE | EXCLUSIVE, 0], a: [CREATE, APPEND], ax: [CREATE | EXCLUSIVE, APPEND],
  "a+": [CREATE, APPEND], "ax+": [CREATE | EXCLUSIVE, APPEND], as: [CREATE, APPEND], "as+": [CREATE, APPEND],
};
function openFlags(flags) {
  if (typeof flags === "number") {
    const found = (flags & 64 ? CREATE : 0) | (flags & 128 ? EXCLUSIVE : 0) | (flags & 512 ? TRUNCATE : 0);
    return [found, flags & 1024 ? APPEND : 0];
  }
  return FLAGS[flags] ?? FLAGS.r;
}

// The folders that were opened for the program, once somebody asks.
let folders = null;
let hasTemporary = false;

function opened() {
  if (folders) return folders;
  folders = [];
  for (let descriptor = 3; native.fd_prestat_get(descriptor, address) === 0; descriptor++) {
    const length = view.getUint32(4, true);
    native.fd_prestat_dir_name(descriptor, address + 64, length);
    const name = system.decode(new Uint8Array(view.buffer), 64, 64 + length).replace(/\0+$/, "");
    folders.push({ descriptor, name: path.resolve("/", name) });
  }
  folders.sort((one, other) => other.name.length - one.name.length);
  return folders;
}

function pathOf(given, name = "path") {
  if (typeof given === "string") {
    if (given.includes("\0")) throw codeError("ERR_INVALID_ARG_VALUE", `The argument '${name}' must be a string without null bytes.`, TypeError);
    return given;
  }
  if (given instanceof Uint8Array) return Buffer.from(given).toString();
  if (given?.protocol === "file:") return decodeURIComponent(given.pathname);
  throw invalidType(name, ["string", "Buffer", "URL"], given);
}

const STREAMS = { __proto__: null, "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2, "/proc/self/fd/0": 0, "/dev/fd/0": 0, "/dev/fd/1": 1 };

/** Calls WASI with a path: the folder that it is in, and the bytes of the rest of it. */
function at(given, syscall, call, dest) {
  const full = path.resolve(state.folder, given);
  const folder = opened().find(({ name }) => name === "/" || full === name || full.startsWith(`${name}/`));
  if (!folder) throw systemError(NOENT, syscall, given, dest);
  const rest = full.slice(folder.name === "/" ? 1 : folder.name.length + 1) || ".";
  if (!hasTemporary && full.startsWith("/tmp/") && folder.name === "/") {
    // It is on any machine.
    hasTemporary = true;
    withBytes("tmp", (start, length) => native.path_create_directory(folder.descriptor, start, length));
  }
  const errno = withBytes(rest, (start, length) => call(folder.descriptor, start, length));
  if (errno) throw systemError(errno, syscall, given, dest);
}

function withBytes(text, call) {
  const bytes = system.encode(text);
  return call(native.address_of(bytes.buffer), bytes.length);
}

function openSync(given, flags = "r") {
  const name = pathOf(given);
  if (name in STREAMS) return STREAMS[name];
  const [open, state] = openFlags(flags);
  const reads = flags === "r" || flags === 0 || flags === undefined;
  at(name, "open", (folder, start, length) =>
    native.path_open(folder, FOLLOW, start, length, open, reads ? READING : WRITING, 0, state, address));
  const descriptor = view.getUint32(0, true);
  if (!reads && native.fd_filestat_get(descriptor, address + 64) === 0 && view.getUint8(80) === 3) {
    native.fd_close(descriptor);
    throw systemError(31, "open", name);
  }
  return descriptor;
}

function closeSync(descriptor) {
  const errno = descriptor > 2 ? native.fd_close(descriptor) : 0;
  if (errno) throw systemError(errno, "close");
}

function withFile(file, flags, call) {
  if (typeof file === "number") return call(file);
  const descriptor = openSync(file, flags);
  try {
    return call(descriptor);
  } finally {
    if (descriptor > 2) closeSync(descriptor);
  }
}

const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding);
const inEncoding = (bytes, options) => {
  const encoding = encodingOf(options);
  return encoding && encoding !== "buffer" ? bytes.toString(encoding) : bytes;
};
const bytesOf = (data, options) => {
  if (typeof data === "string") return Buffer.from(data, encodingOf(options) ?? "utf8");
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw invalidType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
};

function readFileSync(file, options) {
  const name = typeof file === "number" ? file : pathOf(file);
  const bytes = withFile(name, (options && options.flag) || "r", (descriptor) => {
    if (descriptor === 0 || native.fd_filestat_get(descriptor, address) !== 0) return system.readAll(descriptor);
    if (view.getUint8(16) === 3) throw systemError(31, "read");
    return system.readAll(descriptor);
  });
  // Its text is made of the bytes as they lie there.
  if (encodingOf(options) && /^utf-?8$/i.test(encodingOf(options))) return system.decode(bytes);
  return inEncoding(Object.setPrototypeOf(bytes, Buffer.prototype), options);
}

function writeFileSync(file, data, options) {
  const name = typeof file === "number" ? file : pathOf(file);
  // What cannot be written must not cut the file off.
  const bytes = bytesOf(data, options);
  withFile(name, (typeof options === "object" && options?.flag) || "w", (descriptor) => writeTo(descriptor, bytes));
}

/** Writes behind what was collected for the standard streams. */
function writeTo(descriptor, bytes) {
  if (descriptor === 1 || descriptor === 2) state.streams[descriptor === 1 ? "stdout" : "stderr"].flushCollected();
  return system.write(descriptor, bytes);
}

function appendFileSync(file, data, options) {
  writeFileSync(file, data, { ...(typeof options === "string" ? { encoding: options } : options), flag: options?.flag ?? "a" });
}

function seek(descriptor, position) {
  const errno = native.fd_seek(descriptor, Number(position), 0, address);
  if (errno) throw systemError(errno, "lseek");
}

function readSync(descriptor, buffer, offset, length, position) {
  if (offset !== null && typeof offset === "object") ({ offset, length, position } = offset);
  const from = offset ?? 0;
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + from, length ?? buffer.byteLength - from);
  if (position !== undefined && position !== null && position >= 0) seek(descriptor, position);
  // Whoever is to answer has to have been asked.
  if (descriptor === 0) state.streams.stdout.flushCollected();
  return bytes.length ? system.read(descriptor, bytes) : 0;
}

function writeSync(descriptor, data, offset, length, position) {
  if (typeof data === "string") {
    if (typeof offset === "number") seek(descriptor, offset);
    return writeTo(descriptor, Buffer.from(data, typeof length === "string" ? length : "utf8"));
  }
  if (offset !== null && typeof offset === "object") ({ offset, length, position } = offset);
  const from = offset ?? 0;
  if (typeof position === "number") seek(descriptor, position);
  return writeTo(descriptor, new Uint8Array(data.buffer, data.byteOffset + from, length ?? data.byteLength - from));
}

function statAt(given, syscall, follows, options) {
  const name = pathOf(given);
  try {
    if (name in STREAMS) return fstatSync(STREAMS[name]);
    at(name, syscall, (folder, start, length) => native.path_filestat_get(folder, follows ? FOLLOW : 0, start, length, address));
  } catch (error) {
    if (options?.throwIfNoEntry === false && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
  return new Stats(view, options?.bigint);
}
const statSync = (given, options) => statAt(given, "stat", true, options);
const lstatSync = (given, options) => statAt(given, "lstat", false, options);

function fstatSync(descriptor, options) {
  const errno = native.fd_filestat_get(descriptor, address);
  if (errno) throw systemError(errno, "fstat");
  return new Stats(view, options?.bigint);
}

function existsSync(given) {
  try {
    statSync(given);
    return true;
  } catch {
    return false;
  }
}

function accessSync(given) {
  const name = pathOf(given);
  if (name in STREAMS) return;
  at(name, "access", (folder, start, length) => native.path_filestat_get(folder, FOLLOW, start, length, address));
}

/** Entries of a folder: names, and what they are. */
function entries(given) {
  const name = pathOf(given);
  at(name, "scandir", (folder, start, length) =>
    native.path_open(folder, FOLLOW, start, length, DIRECTORY, LISTING, 0, 0, address));
  const descriptor = view.getUint32(0, true);
  const found = [];
  const bytes = new Uint8Array(1 << 16);
  const data = new DataView(bytes.buffer);
  const start = native.address_of(bytes.buffer);
  for (let cookie = 0, isDone = false; !isDone; ) {
    const errno = native.fd_readdir(descriptor, start, bytes.length, cookie, address);
    if (errno) {
      native.fd_close(descriptor);
      throw systemError(errno, "scandir", name);
    }
    const used = view.getUint32(0, true);
    let offset = 0;
    while (offset + 24 <= used) {
      const length = data.getUint32(offset + 16, true);
      if (offset + 24 + length > used) break;
      const entry = system.decode(bytes, offset + 24, offset + 24 + length);
      if (entry !== "." && entry !== "..") found.push(new Dirent(entry, name, data.getUint8(offset + 20)));
      cookie = Number(data.getBigUint64(offset, true));
      offset += 24 + length;
    }
    isDone = used < bytes.length || offset === 0;
  }
  native.fd_close(descriptor);
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readdirSync(given, options) {
  const name = pathOf(given);
  const all = [];
  const visit = (folder, prefix) => {
    for (const entry of entries(folder)) {
      all.push(options?.withFileTypes ? entry : prefix + entry.name);
      if (options?.recursive && entry.isDirectory()) visit(path.join(folder, entry.name), `${prefix}${entry.name}/`);
    }
  };
  visit(name, "");
  return all;
}

const makeFolder = (name) => at(name, "mkdir", (folder, start, length) => native.path_create_directory(folder, start, length));

function mkdirSync(given, options) {
  const name = pathOf(given);
  if (!options?.recursive) return makeFolder(name);
  const full = path.resolve(state.folder, name);
  let first;
  for (let end = full.indexOf("/", 1); ; end = full.indexOf("/", end + 1)) {
    const part = end < 0 ? full : full.slice(0, end);
    const stat = statSync(part, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory()) throw systemError(end < 0 ? 20 : 54, "mkdir", name);
    if (!stat) {
      makeFolder(part);
      first ??= part;
    }
    if (end < 0) return first;
  }
}

let temporary = 0;
function mkdtempSync(prefix) {
  for (;;) {
    const name = pathOf(prefix, "prefix") + (temporary++).toString(36).padStart(6, "x");
    try {
      makeFolder(name);
      return name;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
}

function unlinkSync(given) {
  at(pathOf(given), "unlink", (folder, start, length) => native.path_unlink_file(folder, start, length));
}

function rmdirSync(given, options) {
  if (options?.recursive) return rmSync(given, { recursive: true });
  at(pathOf(given), "rmdir", (folder, start, length) => native.path_remove_directory(folder, start, length));
}

function rmSync(given, options) {
  const name = pathOf(given);
  const stat = lstatSync(name, { throwIfNoEntry: false });
  if (!stat) {
    if (options?.force) return;
    throw systemError(NOENT, "rm", name);
  }
  if (!stat.isDirectory()) return unlinkSync(name);
  if (!options?.recursive) {
    throw codeError("ERR_FS_EISDIR", `Path is a directory: rm returned EISDIR (is a directory) ${name}`, Error, { errno: 21, syscall: "rm", path: name });
  }
  for (const entry of entries(name)) rmSync(path.join(name, entry.name), options);
  rmdirSync(name);
}

function renameSync(from, to) {
  const target = path.resolve(state.folder, pathOf(to, "newPath"));
  const folder = opened().find(({ name }) => name === "/" || target.startsWith(`${name}/`));
  if (!folder) throw systemError(NOENT, "rename", from, to);
  const rest = target.slice(folder.name === "/" ? 1 : folder.name.length + 1);
  at(pathOf(from, "oldPath"), "rename", (descriptor, start, length) =>
    withBytes(rest, (other, size) => native.path_rename(descriptor, start, length, folder.descriptor, other, size)), pathOf(to, "newPath"));
}

function copyFileSync(from, to, mode = 0) {
  const source = pathOf(from, "src");
  const target = pathOf(to, "dest");
  if (mode & constants.COPYFILE_EXCL && existsSync(target)) throw systemError(20, "copyfile", source, target);
  let bytes;
  try {
    bytes = readFileSync(source);
  } catch (error) {
    throw error.code === "ENOENT" ? systemError(NOENT, "copyfile", source, target) : error;
  }
  writeFileSync(target, bytes);
}

function cpSync(from, to, options) {
  if (!statSync(from).isDirectory()) return copyFileSync(from, to);
  if (!options?.recursive) throw codeError("ERR_FS_EISDIR", `Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${from} is a directory (not copied)) ${to}`);
  mkdirSync(to, { recursive: true });
  for (const entry of entries(from)) cpSync(path.join(from, entry.name), path.join(to, entry.name), options);
}

function truncateSync(file, length = 0) {
  withFile(typeof file === "number" ? file : pathOf(file), "r+", (descriptor) => {
    const errno = native.fd_filestat_set_size(descriptor, length);
    if (errno) throw systemError(errno, "ftruncate");
  });
}

function realpathSync(given) {
  statAt(given, "realpath", true);
  return path.resolve(state.folder, pathOf(given));
}
realpathSync.native = realpathSync;

const sync = {
  openSync, closeSync, readFileSync, writeFileSync, appendFileSync, readSync, writeSync, statSync, lstatSync, fstatSync, accessSync, readdirSync,
  mkdirSync, mkdtempSync, unlinkSync, rmdirSync, rmSync, renameSync, copyFileSync, cpSync, truncateSync, realpathSync,
  ftruncateSync: truncateSync, fsyncSync() {}, fdatasyncSync() {}, chmodSync: accessSync, utimesSync: accessSync, chownSync: accessSync,
};

/** The same with a callback: what is done is done at once, and told later. */
function withCallback(name, call) {
  return { [name](...args) {
    const callback = args.pop();
    checkFunction(callback, "cb");
    let done;
    try {
      const value = call(...args);
      done = [null, value];
    } catch (error) {
      if (error.code?.startsWith("ERR_INVALID_ARG")) throw error;
      done = [error];
    }
    eventLoop.poll(callback, ...done);
  } }[name];
}

const fs = { ...sync, existsSync, constants, Stats, Dirent, ...constants };
for (const [name, call] of Object.entries(sync)) fs[name.slice(0, -4)] = withCallback(name.slice(0, -4), call);
fs.exists = (given, callback) => eventLoop.poll(callback, existsSync(given));
fs.read = (descriptor, buffer, ...rest) => {
  const callback = rest.pop();
  withCallback("read", () => readSync(descriptor, buffer, ...rest))((error, count) => callback(error, count, buffer));
};
fs.write = (descriptor, data, ...rest) => {
  const callback = rest.pop();
  withCallback("write", () => writeSync(descriptor, data, ...rest))((error, count) => callback(error, count, data));
};
Object.defineProperty(fs.exists, Symbol.for("nodejs.util.promisify.custom"), { value: async (given) => existsSync(given) });

module.exports = { fs, sync };
