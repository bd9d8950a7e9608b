// Typed tasks for Polymer in AssemblyScript. README.md in the folder above shows a task and how it is built.

/** How the bytes of inputs and outputs are to be read. The values are the contract's. */
export enum Encoding {
  /** One JSON value in UTF-8, which the host checks on both ways. */
  Json,
  /** One MessagePack value, which the host converts from and to JSON. */
  MessagePack,
  /** Bytes the host does not look into. */
  Raw,
}

/** A capability a task would like to have; whoever runs it decides. */
export class Wish {
  private constructor(readonly kind: u8, readonly name: string) {}

  /** An environment variable, by name. */
  static env(name: string): Wish {
    return new Wish(0, name);
  }
  /** A directory to read, by the path the task opens. */
  static readDir(path: string): Wish {
    return new Wish(1, path);
  }
  /** A directory to read and write. */
  static writeDir(path: string): Wish {
    return new Wish(2, path);
  }
}

/** The attempt that is being made. */
export class Attempt {
  constructor(
    /** Which task is asked for. */
    readonly task: string,
    /** The id of the task in its run, the same in each attempt at it. */
    readonly id: string,
    /** The number of this attempt, from 1. */
    readonly number: u32
  ) {}
}

/** What an attempt came to. */
export class Result {
  message: string = "";
  code: string | null = null;
  isRetryable: bool = false;
  waits: bool = false;
  retryAfterMs: u64 = 0;
  blamesInput: bool = false;

  private constructor(readonly output: Uint8Array | null) {}

  /** Succeeds with these bytes. */
  static bytes(output: Uint8Array): Result {
    return new Result(output);
  }
  /** Succeeds with this JSON text. */
  static json(text: string): Result {
    return new Result(Uint8Array.wrap(String.UTF8.encode(text)));
  }
  /** Succeeds with this text, written as a JSON string. */
  static text(text: string): Result {
    return Result.json(quote(text));
  }
  /** Fails, with a message for people and a short stable code for programs. */
  static fail(message: string, code: string | null = null): Result {
    const result = new Result(null);
    result.message = message;
    result.code = code;
    return result;
  }

  /** Of a failure: another attempt may succeed. The host makes one only if its user allowed retries. */
  retryable(): Result {
    this.isRetryable = true;
    return this;
  }
  /** The same, but not before so many milliseconds have passed. */
  retryAfter(ms: u64): Result {
    this.waits = true;
    this.retryAfterMs = ms;
    return this.retryable();
  }
  /** Of a failure: the input is to blame. */
  badInput(): Result {
    this.blamesInput = true;
    return this;
  }
}

/** What a module says about one of its tasks. */
export class Task {
  version: string = "";
  summary: string = "";
  encoding: Encoding = Encoding.Json;
  /** JSON Schemas, as text. */
  inputSchema: string | null = null;
  outputSchema: string | null = null;
  wishes: Wish[] = [];

  constructor(
    /** Unique in its module, at most 128 bytes. */
    readonly name: string,
    readonly run: (attempt: Attempt, input: Uint8Array) => Result
  ) {}
}

/** The tasks of the module, the first of which is run where none is named: fill it where the module starts. */
export const tasks: Task[] = [];

export enum Level {
  Debug,
  Info,
  Warn,
  Error,
}

// @ts-ignore: decorator
@external("polymer:task/host@0.1.1", "log")
declare function host_log(level: i32, message: usize, length: usize): void;

// @ts-ignore: decorator
@external("polymer:task/host@0.1.1", "progress")
declare function host_progress(done: u64, total: u64): void;

// @ts-ignore: decorator
@external("polymer:task/host@0.1.1", "trace")
declare function host_trace(text: usize, length: usize): void;

/** Writes a line to the log of the attempt. */
export function log(level: Level, message: string): void {
  const bytes = String.UTF8.encode(message);
  host_log(level, changetype<usize>(bytes), bytes.byteLength);
}

/** Tells how far the attempt has come, in units of the task's own. A hint for a display. */
export function progress(done: u64, total: u64): void {
  host_progress(done, total);
}

/** What the compiler calls where a task throws: there is no catching in AssemblyScript. */
export function polymer_abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? "abort" : message;
  const text = `${what} in ${file === null ? "?" : file}:${line}:${column}`;
  log(Level.Error, text);
  const bytes = String.UTF8.encode(text);
  host_trace(changetype<usize>(bytes), bytes.byteLength);
  unreachable();
}

/** Reads an input that is one JSON string, or null if it is another value. For more of JSON take a library. */
export function readText(input: Uint8Array): string | null {
  const json = String.UTF8.decodeUnsafe(input.dataStart, input.byteLength).trim();
  const end = json.length - 1;
  if (end < 1 || json.charCodeAt(0) != 0x22 || json.charCodeAt(end) != 0x22) return null;
  // What an escape stands for is shorter than itself.
  const units = new StaticArray<u16>(end);
  let length = 0;
  for (let at = 1; at < end; at++) {
    let unit = json.charCodeAt(at);
    if (unit == 0x5c) {
      unit = json.charCodeAt(++at);
      if (unit == 0x75) {
        // Halves of a character come one after the other, as they stand in a string here.
        unit = <i32>parseInt(json.substring(at + 1, at + 5), 16);
        at += 4;
      } else {
        unit = unescaped(unit);
      }
    }
    units[length++] = <u16>unit;
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), <usize>length << 1);
}

function unescaped(letter: i32): i32 {
  switch (letter) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return letter;
  }
}

/** A text as a JSON string. */
export function quote(text: string): string {
  // No letter takes more than the six of an escape.
  const units = new StaticArray<u16>(text.length * 6 + 2);
  let length = 0;
  units[length++] = 0x22;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20) {
      const escape = "\\u" + unit.toString(16).padStart(4, "0");
      for (let i = 0; i < 6; i++) units[length++] = <u16>escape.charCodeAt(i);
      continue;
    }
    if (unit == 0x22 || unit == 0x5c) units[length++] = 0x5c;
    units[length++] = <u16>unit;
  }
  units[length++] = 0x22;
  return String.UTF16.decodeUnsafe(changetype<usize>(units), <usize>length << 1);
}
