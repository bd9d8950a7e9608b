// The conformance task, whatever brings its input: task.ts is the typed form, ../assemblyscript-command/main.ts the command.

export enum Kind {
  Done,
  Failed,
  Early,
  Unknown,
}

/** What comes of an input: a failure with its message, or a JSON text. */
export class Answer {
  constructor(readonly kind: Kind, readonly text: string) {}
}

export function conform(text: string, attempt: u32, logLine: (line: string) => void): Answer {
  if (text.startsWith("words ")) return words(text.substring(6));
  if (text.startsWith("fib ")) return done(fib(number(text)).toString());
  if (text.startsWith("big ")) return done('"' + "x".repeat(<i32>number(text)) + '"');
  if (text.startsWith("log ")) {
    const count = number(text);
    for (let line: u64 = 1; line <= count; line++) logLine(`line ${line}`);
    return done(count.toString());
  }
  if (text == "fail") return new Answer(Kind.Failed, "asked to fail");
  if (text == "retry") return attempt < 2 ? new Answer(Kind.Early, "not yet") : done(`"attempt ${attempt}"`);
  if (text == "panic") throw new Error("asked to panic");
  if (text == "spin") {
    while (true) {}
  }
  let end = 0;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  return new Answer(Kind.Unknown, `what is ${text.substring(0, end)}?`);
}

function done(json: string): Answer {
  return new Answer(Kind.Done, json);
}

/** The number behind a verb. */
function number(text: string): u64 {
  return U64.parseInt(text.substring(4));
}

/** The white space of the conformance task. */
function isSpace(letter: i32): bool {
  return letter == 0x20 || letter == 0x09 || letter == 0x0a || letter == 0x0d;
}

function words(text: string): Answer {
  let words = 0;
  let lines = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    const space = isSpace(letter);
    if (!space && !inside) words++;
    inside = !space;
    if (letter == 0x0a) lines++;
  }
  return done(`{"bytes":${String.UTF8.byteLength(text)},"words":${words},"lines":${lines}}`);
}

function fib(n: u64): u64 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
