# What componentize-py makes a typed task of: binds the functions of a module to the contract.
import sys

import polymer_load
import polymer_task
import polymer_trace
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import exit, host, types

# While it is built: what a task needs is imported by then, for no file is there when it runs.
TASKS = polymer_task._tasks_of(polymer_load.load(), "{{name}}")
polymer_trace.know(__file__, polymer_load.PATH)

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
        task = TASKS[attempt.task]
        try:
            return polymer_task._run(task, asked, input)
        except SystemExit as left:
            return leave(task, left)
        except BaseException as error:
            told = failure_of(error)
        raise Err(told)


def leave(task, left):
    """What is left without an error has returned nothing; the rest is an exit like a program's."""
    code, said = polymer_trace.exit_code(left)
    if said is not None:
        print(said, file=sys.stderr)
        host.trace(said)
    if code == 0:
        return polymer_task._encode(task, b"" if task.encoding == "raw" else None)
    sys.stdout.flush()
    sys.stderr.flush()
    exit.exit_with_code(code)


def failure_of(error):
    if not isinstance(error, polymer_task.Failure):
        host.trace(polymer_trace.trace_of(error))
        return types.Failure(
            message=polymer_trace.message_of(error),
            code=type(error).__name__,
            retryable=False,
            retry_after_ms=None,
            bad_input=False,
        )
    # It says all there is to say, unless it came of something else.
    if error.__cause__ is not None or (error.__context__ is not None and not error.__suppress_context__):
        host.trace(polymer_trace.trace_of(error))
    after = error.retry_after
    return types.Failure(
        message=polymer_trace.text(error.message),
        code=None if error.code is None else polymer_trace.text(error.code),
        retryable=error.retryable,
        retry_after_ms=None if after is None else max(0, round(after * 1000)),
        bad_input=error.bad_input,
    )
