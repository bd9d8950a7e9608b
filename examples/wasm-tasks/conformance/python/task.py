"""The conformance task in Python."""

from polymer_task import Attempt, Failure, log, task


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@task
def conformance(text: str, attempt: Attempt):
    """The same in every language."""
    what, _, rest = text.partition(" ")
    match what:
        case "words":
            words = rest.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ")
            count = sum(1 for word in words if word)
            return {"bytes": len(rest.encode()), "words": count, "lines": rest.count("\n")}
        case "fib":
            return fib(int(rest))
        case "fail":
            raise Failure("asked to fail", code="asked")
        case "retry":
            if attempt.number == 1:
                raise Failure("not yet", code="early", retryable=True)
            return f"attempt {attempt.number}"
        case "panic":
            raise RuntimeError("asked to panic")
        case "spin":
            while True:
                pass
        case "log":
            for number in range(1, int(rest) + 1):
                log.info(f"line {number}")
            return int(rest)
        case "big":
            return "x" * int(rest)
    raise Failure(f"what is {what}?", code="unknown", bad_input=True)


@task(name="bytes", encoding="raw")
def backwards(data):
    """Bytes in reverse order."""
    return data[::-1]
