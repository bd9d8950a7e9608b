// Greets somebody: takes a JSON string, gives a JSON string.
import { Failure, log } from "polymer_task";

export function run(name) {
  if (!name) throw new Failure("whom shall I greet?", { code: "name", badInput: true });
  log.info(`greeting ${name}`);
  return `Hello ${name}!`;
}
