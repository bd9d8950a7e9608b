// What componentize-qjs makes a typed task of: binds the functions of a module to the contract.
import host from "polymer:task/host@0.1.0";
import { Failure, attemptAt, connect, infoOf, seed, tasksOf, told } from "./polymer_task.js";
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
      if (error instanceof Failure) throw told(error);
      host.log("error", `${error}\n${error?.stack ?? ""}`.trim());
      throw error;
    }
  },
};
