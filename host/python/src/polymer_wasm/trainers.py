"""Rewards for those who train models that write Python, by the signatures that trainers call.

``compute_score`` is what verl calls as a custom reward function, ``reward`` is one of TRL's reward
functions, and ``verify`` says of one answer whether it passes. Each takes the code out of an answer
and runs it in ``@python``; tests are as for ``score``, or a JSON text of such a list.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ._programs import exec_python

__all__ = ["compute_score", "reward", "verify"]

#: Limits of one test.
LIMITS: dict[str, Any] = {"fuel": "10G", "memory": "256MiB", "timeout": "10s"}
_BLOCK = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)```", re.DOTALL)


def code_of(answer: str) -> str:
    """Return the last block of Python in an answer, or all of it if it has none."""
    blocks = _BLOCK.findall(answer)
    return blocks[-1] if blocks else answer


def compute_score(data_source: str, solution_str: str, ground_truth: Any, extra_info: Any = None) -> float:
    """Return the share of tests that an answer passes, from 0 to 1.

    ``ground_truth`` has the tests; ``data_source`` and ``extra_info`` are not looked at.
    """
    tests = json.loads(ground_truth) if isinstance(ground_truth, str) else list(ground_truth)
    if not tests:
        raise ValueError("there are no tests in ground_truth")
    results = exec_python(code_of(solution_str), tests=tests, **LIMITS).tests
    return sum(result.passed for result in results) / len(results)


def verify(answer: str, tests: Any) -> bool:
    """Return whether an answer passes all tests."""
    return compute_score("", answer, tests) == 1.0


def reward(completions: list[Any], tests: list[Any], **_: Any) -> list[float]:
    """Return a reward for each completion: the share of its tests that it passes.

    ``tests`` is a column of the data set: tests for each completion. A completion is a text, or a
    conversation whose last message is taken.
    """
    texts = [one if isinstance(one, str) else one[-1]["content"] for one in completions]
    return [compute_score("", text, of) for text, of in zip(texts, tests, strict=True)]
