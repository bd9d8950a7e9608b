// What componentize-qjs makes a command of: a program whose function `main` reads stdin and writes stdout.
import environment from "wasi:cli/environment@0.2.12";
import wasiExit from "wasi:cli/exit@0.2.12";
import stderr from "wasi:cli/stderr@0.2.12";
import stdin from "wasi:cli/stdin@0.2.12";
import stdout from "wasi:cli/stdout@0.2.12";
import insecureSeed from "wasi:random/insecure-seed@0.2.12";
import { connect, messageOf, seed, traceOf } from "polymer_task";
import * as module from "{{module}}";

/** As much as a stream takes at a time. */
const MOST = 4096;

function writeAll(stream, data) {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  for (let at = 0; at < bytes.length; at += MOST) stream.blockingWriteAndFlush(bytes.subarray(at, at + MOST));
}

function readAll() {
  const stream = stdin.getStdin();
  const parts = [];
  let length = 0;
  try {
    for (;;) {
      const part = stream.blockingRead(1 << 16);
      parts.push(part);
      length += part.length;
    }
  } catch {
    // That is how a stream says that it has ended.
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const run = {
  run() {
    const errors = stderr.getStderr();
    connect({ log: (_, text) => writeAll(errors, `${text}\n`), progress() {} });
    seed(String(insecureSeed.insecureSeed()));
    const out = stdout.getStdout();
    const program = {
      args: environment.getArguments().slice(1),
      env: Object.fromEntries(environment.getEnvironment()),
      read: readAll,
      readText: () => new TextDecoder().decode(readAll()),
      write: (data) => writeAll(out, data),
    };
    let code;
    try {
      code = module.main(program) ?? 0;
      if (typeof code?.then === "function") throw new TypeError("main is async: nothing here would wait for it");
    } catch (error) {
      writeAll(errors, `${traceOf(error) || `Uncaught ${messageOf(error)}`}\n`);
      code = 1;
    }
    if (code !== 0) wasiExit.exitWithCode(code & 0xff);
  },
};
