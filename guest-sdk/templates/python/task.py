"""Greets somebody: takes a JSON string, gives a JSON string."""

from polymer_task import Failure, log


def run(name: str) -> str:
    if not name:
        raise Failure("whom shall I greet?", code="name", bad_input=True)
    log.info(f"greeting {name}")
    return f"Hello {name}!"
