// Standard input, output and error as streams.
const system = require("./system.js");
const eventLoop = require("./event_loop.js");
const { Buffer } = require("./buffer.js");
const { invalidType } = require("./errors.js");
const { Readable, Writable } = require("readable-stream");

// What is written is collected up to so many characters or pieces.
const MOST_CHARACTERS = 1 << 16;
const MOST_PIECES = 4096;
const CHUNK = 65536;

class WriteStream extends Writable {
  constructor(descriptor, isCollected) {
    super({ decodeStrings: false });
    this.fd = descriptor;
    this._type = "pipe";
    Object.defineProperty(this, "collected", { value: { pieces: [], length: 0, isCollected }, enumerable: false });
  }

  write(chunk, encoding, callback) {
    const { collected } = this;
    if (typeof chunk === "string") {
      if (typeof encoding === "string" && !/^utf-?8$/i.test(encoding)) return this.write(Buffer.from(chunk, encoding), callback);
      if (collected.isCollected) {
        collected.length += chunk.length;
        if (collected.pieces.push(chunk) > MOST_PIECES || collected.length > MOST_CHARACTERS) this.flushCollected();
      } else {
        system.writeText(this.fd, chunk);
      }
    } else if (ArrayBuffer.isView(chunk)) {
      this.flushCollected();
      system.write(this.fd, chunk);
    } else {
      throw invalidType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
    }
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") eventLoop.nextTick(done, null);
    return true;
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") return this.end(undefined, undefined, chunk);
    if (typeof encoding === "function") return this.end(chunk, undefined, encoding);
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
    eventLoop.nextTick(() => {
      callback?.();
      this.emit("finish");
    });
    return this;
  }

  flushCollected() {
    const { collected } = this;
    if (!collected.pieces.length) return;
    const text = collected.pieces.length === 1 ? collected.pieces[0] : collected.pieces.join("");
    collected.pieces = [];
    collected.length = 0;
    system.writeText(this.fd, text);
  }

  destroy() {
    return this;
  }

  _write(chunk, encoding, callback) {
    this.write(chunk, encoding);
    callback();
  }

  cursorTo() {
    return true;
  }

  clearLine() {
    return true;
  }

  moveCursor() {
    return true;
  }

  getColorDepth() {
    return 1;
  }

  hasColors() {
    return false;
  }
}
for (const name of ["flushCollected"]) Object.defineProperty(WriteStream.prototype, name, { enumerable: false });

class ReadStream extends Readable {
  constructor() {
    super({ highWaterMark: CHUNK });
    this.fd = 0;
  }

  _read() {
    eventLoop.poll(() => {
      // Whoever is to answer has to have been asked.
      stdout.flushCollected();
      let bytes;
      try {
        bytes = system.readChunk(0);
      } catch (error) {
        this.destroy(error);
        return;
      }
      this.push(bytes.length ? Object.setPrototypeOf(bytes, Buffer.prototype) : null);
    });
  }

  setRawMode() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}

const stdout = new WriteStream(1, true);

module.exports = {
  stdout,
  stderr: new WriteStream(2, false),
  createStdin: () => new ReadStream(),
};
