# What componentize-py makes a typed task of: binds the functions of a module to the contract.
import importlib

import polymer_task
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import types

# While it is built: what a task needs is imported by then, for no file is there when it runs.
TASKS = polymer_task._tasks_of(importlib.import_module("{{module}}"), "{{name}}")

ENCODINGS = {"json": types.Encoding.JSON, "raw": types.Encoding.RAW, "message-pack": types.Encoding.MESSAGE_PACK}
WISHES = {"env": types.Wish_Env, "read-dir": types.Wish_ReadDir, "write-dir": types.Wish_WriteDir}


class Guest(exports.Guest):
    def describe(self):
        return [
            types.TaskInfo(
                name=task.name,
                version=task.version,
                summary=task.summary,
                encoding=ENCODINGS[task.encoding],
                input_schema=task.input_schema,
                output_schema=task.output_schema,
                wishes=[WISHES[kind](of) for kind, of in task.wishes],
            )
            for task in TASKS.values()
        ]

    def run(self, attempt, input):
        asked = polymer_task.Attempt(attempt.task, attempt.id, attempt.number)
        try:
            return polymer_task._run(TASKS[attempt.task], asked, input)
        except polymer_task.Failure as failure:
            after = failure.retry_after
            told = types.Failure(
                message=failure.message,
                code=failure.code,
                retryable=failure.retryable,
                retry_after_ms=None if after is None else max(0, round(after * 1000)),
                bad_input=failure.bad_input,
            )
        raise Err(told)
