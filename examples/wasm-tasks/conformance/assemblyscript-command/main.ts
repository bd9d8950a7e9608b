// The conformance task in AssemblyScript, a command: stdin to stdout, like any program.

import { Kind, conform } from "../assemblyscript/conformance";

/** All of stdin. */
function readAll(): Uint8Array {
  let bytes = new Uint8Array(65536);
  let length = 0;
  while (true) {
    const count = process.stdin.read(bytes.buffer, length);
    if (count == 0) return bytes.subarray(0, length);
    length += count;
    if (length == bytes.length) {
      const more = new Uint8Array(2 * length);
      more.set(bytes);
      bytes = more;
    }
  }
}

function logLine(line: string): void {
  process.stderr.write(line + "\n");
}

const input = readAll();
if (process.argv.length > 1 && process.argv[1] == "bytes") {
  process.stdout.write(input.slice().reverse().buffer);
} else {
  const attempt = process.env.has("POLYMER_ATTEMPT") ? U32.parseInt(process.env.get("POLYMER_ATTEMPT")) : 1;
  const text = String.UTF8.decodeUnsafe(input.dataStart, input.byteLength);
  const answer = conform(text, attempt, logLine);
  if (answer.kind == Kind.Done) {
    process.stdout.write(answer.text);
  } else {
    logLine(answer.text);
    process.exit(answer.kind == Kind.Unknown ? 2 : 1);
  }
}
