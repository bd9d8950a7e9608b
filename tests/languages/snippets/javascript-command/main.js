// Runs the JavaScript that stdin holds: the body of a function of `input`.
import { log, progress } from "polymer_task";

export function main({ readText }) {
  const { code, input } = JSON.parse(readText());
  new Function("input", "log", "progress", code)(input, log, progress);
}
