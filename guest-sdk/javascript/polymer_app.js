// What componentize-qjs makes a typed task of: binds the functions of a module to the contract.
import host from "polymer:task/host@0.1.1";
import { attemptAt, connect, infoOf, needsTrace, seed, tasksOf, told, traceOf } from "./polymer_task.js";
import * as module from "{{module}}";

connect(host);
const tasks = tasksOf(module, "{{name}}");

export const guest = {
  describe() {
    return [...tasks.values()].map(infoOf);
  },

  run(attempt, input) {
    seed(`${attempt.id} ${attempt.number} ${Date.now()}`);
    try {
      return attemptAt(tasks.get(attempt.task), attempt, input);
    } catch (error) {
      if (needsTrace(error)) host.trace(traceOf(error));
      throw told(error);
    }
  },
};
