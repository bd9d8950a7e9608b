// The conformance task as a script for QuickJS: a text that is handed to the interpreter as an argument.

/** All of stdin, as bytes. */
function readBytes() {
  const parts = [];
  for (;;) {
    const part = new Uint8Array(65536);
    const length = std.in.read(part.buffer, 0, part.length);
    if (length === 0) break;
    parts.push(part.subarray(0, length));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  return bytes;
}

function byteLength(text) {
  let length = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0);
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

function logLine(line) {
  std.err.puts(line + "\n");
}

function fail(message, code) {
  logLine(message);
  std.exit(code);
}

const verbs = {
  words: (text) => ({
    bytes: byteLength(text),
    words: text.split(/[ \t\n\r]+/).filter((word) => word !== "").length,
    lines: text.split("\n").length - 1,
  }),
  fib: (text) => fib(Number(text)),
  log: (text) => {
    for (let line = 1; line <= Number(text); line++) logLine(`line ${line}`);
    return Number(text);
  },
  big: (text) => "x".repeat(Number(text)),
  fail: () => fail("asked to fail", 1),
  retry: () => {
    const attempt = Number(std.getenv("POLYMER_ATTEMPT") ?? 1);
    return attempt < 2 ? fail("not yet", 1) : `attempt ${attempt}`;
  },
  panic: () => {
    throw new Error("asked to panic");
  },
  spin: () => {
    for (;;);
  },
};

if (scriptArgs.includes("bytes")) {
  const bytes = readBytes().reverse();
  std.out.write(bytes.buffer, 0, bytes.length);
} else {
  const text = std.in.readAsString();
  const space = text.indexOf(" ");
  const verb = space < 0 ? text : text.slice(0, space);
  if (!Object.hasOwn(verbs, verb)) fail(`what is ${text.split(/[ \t\n\r]/)[0]}?`, 2);
  std.out.puts(JSON.stringify(verbs[verb](text.slice(space + 1))));
}
std.out.flush();
