// A WebAssembly module with other data: what its memory held at some point of a run, and what its globals were.

const [IMPORT, MEMORY, GLOBAL, EXPORT, START, CODE, DATA, DATA_COUNT] = [2, 5, 6, 7, 8, 10, 11, 12];
// So many zero bytes are left out, and what is around them becomes two segments: few and long ones are quicker to put in place.
const GAP = 65536;
const PAGE = 65536;

/**
 * @param {Uint8Array} bytes the module
 * @param {Uint8Array} memory what its memory is to hold, all of its pages
 * @param {number} first where there is something in it
 * @param {[string, number|bigint][]} values what exported globals are to be
 * @param {string[]} kept exports that it keeps
 */
export function withMemory(bytes, memory, first, values, kept) {
  const sections = sectionsOf(bytes);
  const of = (id) => sections.find((section) => section.id === id)?.body;
  const exported = exportsOf(of(EXPORT));
  const globals = new Map(values.map(([name, value]) => [exported.find((one) => one.name === name).index, value]));
  const imported = countImportedGlobals(of(IMPORT));
  const data = dataSection(memory, first);
  const made = [];
  for (const { id, body } of sections) {
    // Names and the like are dropped, and so is the count of the data: no instruction needs it.
    if (id === 0 || id === START || id === DATA || id === DATA_COUNT) continue;
    if (id === MEMORY) made.push(section(id, memorySection(body, memory.length / PAGE)));
    else if (id === GLOBAL) made.push(section(id, globalSection(body, imported, globals)));
    else if (id === EXPORT) made.push(section(id, exportSection(exported.filter(({ name }) => kept.includes(name)))));
    else made.push(section(id, body));
    if (id === CODE) made.push(section(DATA, data));
  }
  return Buffer.concat([bytes.subarray(0, 8), ...made]);
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned number in LEB128. */
  number() {
    let result = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      result += (byte & 127) * factor;
      if (byte < 128) return result;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  name() {
    return Buffer.from(this.take(this.number())).toString();
  }

  skipNumber() {
    while (this.byte() >= 128);
  }

  limits() {
    const flags = this.byte();
    this.number();
    if (flags & 1) this.number();
  }
}

function number(value) {
  const bytes = [];
  do {
    bytes.push((value % 128) | (value > 127 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value);
  return Buffer.from(bytes);
}

/** A signed number in LEB128. */
function signed(value) {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    const isLast = (rest >> 6n) === 0n || (rest >> 6n) === -1n;
    bytes.push(isLast ? low : low | 128);
    if (isLast) return Buffer.from(bytes);
  }
}

const section = (id, body) => Buffer.concat([Buffer.from([id]), number(body.length), body]);

function sectionsOf(bytes) {
  const reader = new Reader(bytes);
  reader.take(8);
  const sections = [];
  while (reader.at < bytes.length) {
    const id = reader.byte();
    sections.push({ id, body: reader.take(reader.number()) });
  }
  return sections;
}

function exportsOf(body) {
  const reader = new Reader(body);
  return Array.from({ length: reader.number() }, () => ({ name: reader.name(), kind: reader.byte(), index: reader.number() }));
}

function exportSection(exported) {
  const entries = exported.map(({ name, kind, index }) => {
    const text = Buffer.from(name);
    return Buffer.concat([number(text.length), text, Buffer.from([kind]), number(index)]);
  });
  return Buffer.concat([number(exported.length), ...entries]);
}

function countImportedGlobals(body) {
  const reader = new Reader(body);
  let globals = 0;
  for (let left = reader.number(); left; left--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === 0) reader.number();
    else if (kind === 3) globals += reader.take(2).length / 2;
    else throw new Error("the module imports more than functions and globals");
  }
  return globals;
}

function memorySection(body, pages) {
  const reader = new Reader(body);
  if (reader.number() !== 1 || reader.byte() !== 0) throw new Error("the module has another memory than one without a limit");
  return Buffer.concat([Buffer.from([1, 0]), number(pages)]);
}

/** Globals are taken over as they are, but those that have another value now. */
function globalSection(body, imported, values) {
  const reader = new Reader(body);
  const count = reader.number();
  const entries = [];
  for (let index = imported; index < imported + count; index++) {
    const start = reader.at;
    const type = reader.byte();
    const isMutable = reader.byte() === 1;
    const constant = reader.byte();
    if (constant !== 0x41 && constant !== 0x42) throw new Error("the initial value of a global is no integer");
    reader.skipNumber();
    if (reader.byte() !== 0x0b) throw new Error("the initial value of a global is computed");
    if (!isMutable) entries.push(body.subarray(start, reader.at));
    else if (!values.has(index)) throw new Error(`the global ${index} may have changed, and is not exported`);
    else entries.push(Buffer.concat([Buffer.from([type, 1, constant]), signed(values.get(index)), Buffer.from([0x0b])]));
  }
  return Buffer.concat([number(count), ...entries]);
}

function dataSection(memory, first) {
  const segments = [];
  let at = first;
  const end = lastByte(memory) + 1;
  while (at < end) {
    if (memory[at] === 0) {
      at++;
      continue;
    }
    let stop = at;
    for (let zeros = 0, next = at; next < end && zeros < GAP; next++) {
      zeros = memory[next] === 0 ? zeros + 1 : 0;
      if (zeros === 0) stop = next + 1;
    }
    segments.push(Buffer.concat([Buffer.from([0, 0x41]), signed(at), Buffer.from([0x0b]), number(stop - at), memory.subarray(at, stop)]));
    at = stop;
  }
  return Buffer.concat([number(segments.length), ...segments]);
}

/** Where the last byte is that is not zero. */
export function lastByte(memory) {
  let at = memory.length - 1;
  while (memory[at] === 0) at--;
  return at;
}
