// `fs.promises`, and streams of files.
const eventLoop = require("./event_loop.js");
const { fs, sync } = require("./fs.js");
const { Buffer } = require("./buffer.js");
const { Readable, Writable } = require("readable-stream");

/** What is done at once, told as a promise that is kept when node would keep it. */
function promised(call, ...args) {
  return new Promise((resolve, reject) => {
    let done;
    try {
      const value = call(...args);
      done = () => resolve(value);
    } catch (error) {
      done = () => reject(error);
    }
    eventLoop.poll(done);
  });
}

class FileHandle {
  constructor(descriptor) {
    this.fd = descriptor;
  }

  readFile(options) {
    return promised(sync.readFileSync, this.fd, options);
  }

  writeFile(data, options) {
    return promised(sync.writeFileSync, this.fd, data, options);
  }

  appendFile(data, options) {
    return this.writeFile(data, options);
  }

  async read(buffer = Buffer.alloc(16384), ...rest) {
    return { bytesRead: await promised(sync.readSync, this.fd, buffer, ...rest), buffer };
  }

  async write(buffer, ...rest) {
    return { bytesWritten: await promised(sync.writeSync, this.fd, buffer, ...rest), buffer };
  }

  stat(options) {
    return promised(sync.fstatSync, this.fd, options);
  }

  truncate(length) {
    return promised(sync.truncateSync, this.fd, length);
  }

  async sync() {}

  async *readLines(options) {
    const { createInterface } = require("./readline.js");
    yield* createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  createReadStream(options) {
    return new ReadStream(null, { ...options, fd: this.fd });
  }

  createWriteStream(options) {
    return new WriteStream(null, { ...options, fd: this.fd });
  }

  close() {
    return promised(sync.closeSync, this.fd);
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

const promises = { constants: fs.constants, open: async (...args) => new FileHandle(await promised(sync.openSync, ...args)) };
for (const name of ["access", "appendFile", "chmod", "chown", "copyFile", "cp", "lstat", "mkdir", "mkdtemp", "readdir", "realpath", "rename", "rm",
  "rmdir", "stat", "truncate", "unlink", "utimes"]) {
  const call = sync[`${name}Sync`];
  promises[name] = { [name]: (...args) => promised(call, ...args) }[name];
}
const descriptorOf = (file) => (file instanceof FileHandle ? file.fd : file);
promises.readFile = (file, options) => promised(sync.readFileSync, descriptorOf(file), options);
promises.writeFile = (file, data, options) => promised(sync.writeFileSync, descriptorOf(file), data, options);

/** Opens the file of a stream, in its turn. */
function openFile(stream, callback) {
  eventLoop.poll(() => {
    try {
      stream.fd ??= sync.openSync(stream.path, stream.flags);
      callback();
      stream.emit("open", stream.fd);
      stream.emit("ready");
    } catch (error) {
      callback(error);
    }
  });
}

class ReadStream extends Readable {
  constructor(path, options) {
    const given = typeof options === "string" ? { encoding: options } : (options ?? {});
    super({ highWaterMark: given.highWaterMark ?? 65536, encoding: given.encoding });
    this.path = path;
    this.flags = given.flags ?? "r";
    this.fd = given.fd ?? null;
    this.start = given.start;
    this.end = given.end ?? Infinity;
    this.pos = this.start;
    this.bytesRead = 0;
  }

  _construct(callback) {
    openFile(this, callback);
  }

  _read(size) {
    eventLoop.poll(() => {
      const left = this.end - (this.start ?? 0) + 1 - this.bytesRead;
      const bytes = Buffer.alloc(Math.max(0, Math.min(size, left)));
      try {
        const count = bytes.length ? sync.readSync(this.fd, bytes, 0, bytes.length, this.pos) : 0;
        if (this.pos !== undefined) this.pos += count;
        this.bytesRead += count;
        this.push(count ? bytes.subarray(0, count) : null);
      } catch (error) {
        this.destroy(error);
      }
    });
  }

  _destroy(error, callback) {
    if (this.fd !== null && this.fd > 2) sync.closeSync(this.fd);
    callback(error);
  }

  close(callback) {
    if (callback) this.once("close", callback);
    this.destroy();
  }
}

class WriteStream extends Writable {
  constructor(path, options) {
    const given = typeof options === "string" ? { encoding: options } : (options ?? {});
    super({ decodeStrings: true, defaultEncoding: given.encoding ?? "utf8", highWaterMark: given.highWaterMark });
    this.path = path;
    this.flags = given.flags ?? "w";
    this.fd = given.fd ?? null;
    this.bytesWritten = 0;
  }

  _construct(callback) {
    openFile(this, callback);
  }

  _write(chunk, encoding, callback) {
    eventLoop.poll(() => {
      try {
        this.bytesWritten += sync.writeSync(this.fd, chunk);
        callback();
      } catch (error) {
        callback(error);
      }
    });
  }

  _destroy(error, callback) {
    if (this.fd !== null && this.fd > 2) sync.closeSync(this.fd);
    callback(error);
  }

  close(callback) {
    if (callback) this.once("close", callback);
    this.end();
  }
}

Object.assign(fs, {
  promises,
  ReadStream,
  WriteStream,
  createReadStream: (path, options) => new ReadStream(path, options),
  createWriteStream: (path, options) => new WriteStream(path, options),
  watch() {
    throw require("./errors.js").notHere("fs.watch");
  },
});
fs.watchFile = fs.watch;

module.exports = { fs, promises };
