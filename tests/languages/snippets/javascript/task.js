// Runs the JavaScript it is given: the body of a function of `input`.
import { Failure, log, progress } from "polymer_task";

export function run({ code, input }) {
  const snippet = new Function("input", "Failure", "log", "progress", code);
  return snippet(input, Failure, log, progress);
}
