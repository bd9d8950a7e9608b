"""Rewards for those who train models that write Python, by the signatures that trainers call.

``compute_score`` is what verl calls as a custom reward function, ``reward`` is one of TRL's reward
functions, and ``verify`` says of one answer whether it passes. Each takes the code out of an answer
and runs it in ``@python``; tests are as for ``score``, or a JSON text of such a list.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any

from ._programs import judged

__all__ = ["compute_score", "reward", "verify"]

#: Limits of one test.
LIMITS: dict[str, Any] = {"fuel": "10G", "memory": "256MiB", "timeout": "10s"}
#: A fenced block of Markdown: its label, and what is in it.
_BLOCK = re.compile(r"^[ \t]*```([^\n`]*)\r?\n(.*?)^[ \t]*```[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def code_of(answer: str) -> str:
    """Return the last block of Python in an answer, else its last block without a label, else all of it."""
    blocks = [(label.strip().lower(), textwrap.dedent(code)) for label, code in _BLOCK.findall(answer)]
    of_python = [code for label, code in blocks if label.startswith("py")]
    unlabelled = [code for label, code in blocks if not label]
    return (of_python or unlabelled or [answer])[-1]


def compute_score(data_source: str, solution_str: str, ground_truth: Any, extra_info: Any = None) -> float:
    """Return the share of tests that an answer passes, from 0 to 1.

    ``ground_truth`` has the tests; ``data_source`` and ``extra_info`` are not looked at.
    """
    (share,) = _shares([(solution_str, ground_truth)])
    return share


def _shares(answers: "list[tuple[str, Any]]") -> list[float]:
    """The share of its tests that each answer passes. All tests of all answers run at once."""
    rows = judged(((code_of(answer), _tests_of(given)) for answer, given in answers), **LIMITS)
    return [sum(result.passed for result in row) / len(row) for row in rows]


def _tests_of(given: Any) -> list[Any]:
    tests = json.loads(given) if isinstance(given, str) else list(given)
    if not tests:
        raise ValueError("there are no tests in ground_truth")
    # Data sets have `None` where a field is absent.
    return [
        {name: value for name, value in test.items() if value is not None} if isinstance(test, dict) else test
        for test in tests
    ]


def verify(answer: str, tests: Any) -> bool:
    """Return whether an answer passes all tests."""
    return compute_score("", answer, tests) == 1.0


def reward(completions: list[Any], tests: list[Any], **_: Any) -> list[float]:
    """Return a reward for each completion: the share of its tests that it passes. They run side by side.

    ``tests`` is a column of the data set: tests for each completion. A completion is a text, or a
    conversation whose last message is taken.
    """
    texts = [one if isinstance(one, str) else one[-1]["content"] for one in completions]
    return _shares(list(zip(texts, tests, strict=True)))
