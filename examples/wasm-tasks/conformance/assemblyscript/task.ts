// The conformance task in AssemblyScript, typed.

import { Attempt, Encoding, Level, Result, Task, log, readText, tasks } from "polymer";
import { Kind, conform } from "./conformance";

const conformance = new Task("conformance", (attempt: Attempt, input: Uint8Array): Result => {
  const text = readText(input);
  if (text === null) return Result.fail("the input is no string", "input").badInput();
  const answer = conform(text, attempt.number, (line: string) => log(Level.Info, line));
  switch (answer.kind) {
    case Kind.Done:
      return Result.json(answer.text);
    case Kind.Failed:
      return Result.fail(answer.text, "asked");
    case Kind.Early:
      return Result.fail(answer.text, "early").retryable();
    default:
      return Result.fail(answer.text, "unknown").badInput();
  }
});
conformance.version = "0.1.0";
conformance.summary = "The same task in every language.";
conformance.inputSchema = '{"type":"string"}';
tasks.push(conformance);

const bytes = new Task("bytes", (attempt: Attempt, input: Uint8Array): Result => Result.bytes(input.reverse()));
bytes.version = "0.1.0";
bytes.summary = "Reverses bytes.";
bytes.encoding = Encoding.Raw;
tasks.push(bytes);

export * from "polymer_exports";
