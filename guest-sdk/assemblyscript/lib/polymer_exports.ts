// The exports of a module with tasks, in the canonical ABI of guest-sdk/wit/polymer.wit. They get their names in exports.mjs.
// What is handed to the host lies in blocks that the collector does not know, and is freed once the host has copied it.

import { Attempt, Result, Task, Wish, tasks } from "polymer";

/** The sizes of the contract's records in memory, and where their fields are. */
const INFO: usize = 60;
const WISH: usize = 12;
const RAN: usize = 56;

/** The host asks for no bytes as well, and wants a pointer then. */
export function polymer_realloc(old: usize, oldLength: usize, alignment: usize, length: usize): usize {
  if (length == 0) return alignment;
  return oldLength == 0 ? heap.alloc(length) : heap.realloc(old, length);
}

export function polymer_describe(): usize {
  const infos = heap.alloc(<usize>tasks.length * INFO + 1);
  for (let i = 0; i < tasks.length; i++) storeInfo(infos + <usize>i * INFO, tasks[i]);
  const described = heap.alloc(8);
  store<usize>(described, infos);
  store<usize>(described, <usize>tasks.length, 4);
  return described;
}

/** The instance that describes is thrown away. */
export function polymer_describe_post(described: usize): void {}

export function polymer_run(
  task: usize,
  taskLength: usize,
  id: usize,
  idLength: usize,
  number: u32,
  data: usize,
  length: usize
): usize {
  const attempt = new Attempt(
    String.UTF8.decodeUnsafe(task, taskLength),
    String.UTF8.decodeUnsafe(id, idLength),
    number
  );
  const input = new Uint8Array(<i32>length);
  memory.copy(input.dataStart, data, length);
  if (taskLength > 0) heap.free(task);
  if (idLength > 0) heap.free(id);
  if (length > 0) heap.free(data);

  const ran = heap.alloc(RAN);
  memory.fill(ran, 0, RAN);
  storeResult(ran, runNamed(attempt, input));
  return ran;
}

export function polymer_run_post(ran: usize): void {
  heap.free(load<usize>(ran, 8));
  if (load<u8>(ran) != 0 && load<u8>(ran, 16) != 0) heap.free(load<usize>(ran, 20));
  heap.free(ran);
}

function runNamed(attempt: Attempt, input: Uint8Array): Result {
  for (let i = 0; i < tasks.length; i++) {
    if (tasks[i].name == attempt.task) return tasks[i].run(attempt, input);
  }
  return Result.fail("this module has no task of that name");
}

function storeResult(at: usize, result: Result): void {
  const output = result.output;
  if (output !== null) {
    storeBytes(at + 8, output.dataStart, output.byteLength);
    return;
  }
  store<u8>(at, 1);
  storeString(at + 8, result.message);
  storeOption(at + 16, result.code);
  store<u8>(at, <u8>result.isRetryable, 28);
  store<u8>(at, <u8>result.waits, 32);
  store<u64>(at, result.retryAfterMs, 40);
  store<u8>(at, <u8>result.blamesInput, 48);
}

function storeInfo(at: usize, task: Task): void {
  storeString(at, task.name);
  storeString(at + 8, task.version);
  storeString(at + 16, task.summary);
  store<u8>(at, <u8>task.encoding, 24);
  storeOption(at + 28, task.inputSchema);
  storeOption(at + 40, task.outputSchema);
  const wishes = heap.alloc(<usize>task.wishes.length * WISH + 1);
  for (let i = 0; i < task.wishes.length; i++) storeWish(wishes + <usize>i * WISH, task.wishes[i]);
  store<usize>(at, wishes, 52);
  store<usize>(at, <usize>task.wishes.length, 56);
}

function storeWish(at: usize, wish: Wish): void {
  store<u8>(at, wish.kind);
  storeString(at + 4, wish.name);
}

function storeOption(at: usize, text: string | null): void {
  store<u8>(at, <u8>(text !== null));
  if (text !== null) storeString(at + 4, text);
}

function storeString(at: usize, text: string): void {
  const bytes = String.UTF8.encode(text);
  storeBytes(at, changetype<usize>(bytes), bytes.byteLength);
}

/** No bytes take a block as well, so that all pointers lie in the memory and can be freed. */
function storeBytes(at: usize, data: usize, length: usize): void {
  const copy = heap.alloc(length + 1);
  memory.copy(copy, data, length);
  store<usize>(at, copy);
  store<usize>(at, length, 4);
}
