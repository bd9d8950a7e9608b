"""Run batches of WebAssembly code that nobody trusts.

``Pool`` runs a module over rows, ``AsyncPool`` does so in asyncio; ``run``, ``resume``, ``rerun`` and
``status`` are the commands of the same names; ``read_records`` reads the records of a run.
``exec_python`` and ``score`` run Python programs that come as text; ``judge`` judges programs in any
language by the cases of problems.
"""

from __future__ import annotations

from ._async import AsyncPool
from ._child import PoolBroken
from ._functions import TaskFunction, task
from ._judge_table import JudgedCell, JudgedPerson, JudgedProblem, JudgedProgram, JudgeTable
from ._judging import judge
from ._pool import Pool, TaskFuture
from ._programs import Execution, ScoreTable, TestResult, exec_python, pass_at_k, score
from ._records import (
    BadInput,
    BadOutput,
    BuildFailed,
    Canceled,
    FuelExhausted,
    JudgeError,
    MemoryExceeded,
    ModuleInvalid,
    OutputExceeded,
    PolicyDenied,
    Quarantined,
    Record,
    TaskError,
    TaskFailed,
    TaskTimeout,
    Trap,
    WorkerLost,
    WrongOutput,
)
from ._runs import RunFailed, RunResult, read_records, rerun, resume, run, status
from ._tasks import Module


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("polymer-wasm")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "AsyncPool",
    "BadInput",
    "BadOutput",
    "BuildFailed",
    "Canceled",
    "Execution",
    "FuelExhausted",
    "JudgeError",
    "JudgeTable",
    "JudgedCell",
    "JudgedPerson",
    "JudgedProblem",
    "JudgedProgram",
    "MemoryExceeded",
    "Module",
    "ModuleInvalid",
    "OutputExceeded",
    "PolicyDenied",
    "Pool",
    "PoolBroken",
    "Quarantined",
    "Record",
    "RunFailed",
    "RunResult",
    "ScoreTable",
    "TaskError",
    "TaskFailed",
    "TaskFunction",
    "TaskFuture",
    "TaskTimeout",
    "TestResult",
    "Trap",
    "WorkerLost",
    "WrongOutput",
    "exec_python",
    "judge",
    "pass_at_k",
    "read_records",
    "rerun",
    "resume",
    "run",
    "score",
    "status",
    "task",
]
