"""Runs programs in an interpreter of ours and natively, and compares what they print and how they exit.

    compare.py POLYMER MODULE NATIVE FOLDER [NAME...]

POLYMER is the command, MODULE its interpreter (`@python`), NATIVE the command that runs a program natively, FOLDER has the programs: each is a
file, with what it reads in a file of the same name that ends in `.in`. Its first line may say more:

    # argv: one "two words"        its arguments
    # verdict: fuel_exhausted      it is not meant to end; natively it is not run. `A or B`: either is right
    # differs: REASON              it prints or exits otherwise than natively, and that is documented: it has to end, and it has to differ
    # stderr differs: REASON       only what it says on standard error is other than natively

Both run it in a folder of its own, which it may write to. Of programs in Python standard error is compared too, with what tracebacks have
of the program itself: see `said`. Reasons are a bullet of the manual each, or a part of one. Prints what differs, and exits with 1 if
anything does that is not said to.
"""

import base64
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

# What a program is allowed in the interpreter. The endless ones use all of the fuel, and no other one does.
LIMITS = ["--fuel", "20G", "--timeout", "60s", "--memory", "192MiB", "--output-limit", "16MiB", "--log-limit", "1MiB", "--scratch", "64MiB::."]
# The manual, which tells users what differs.
MANUAL = pathlib.Path(__file__).resolve().parents[2] / "host/docs/programs.md"
MARKS = {".py": "# ", ".js": "// ", ".jq": "# "}


class Program:
    def __init__(self, path):
        self.path = path
        self.name = f"{path.parent.name}/{path.stem}"
        self.code = path.read_bytes().decode()
        stdin = path.with_suffix(".in")
        self.stdin = stdin.read_bytes() if stdin.exists() else b""
        self.argv, self.verdict, self.differs, self.stderr_differs = [], None, None, None
        mark = MARKS[path.suffix]
        for line in self.code.splitlines():
            if not line.startswith(mark):
                break
            key, _, value = line.removeprefix(mark).partition(": ")
            if key == "argv":
                self.argv = shlex.split(value)
            elif key == "verdict":
                self.verdict = value
            elif key == "differs":
                self.differs = value
            elif key == "stderr differs":
                self.stderr_differs = value

    def record(self):
        return {"id": self.name, "code": self.code, "argv": self.argv, "stdin": {"base64": base64.b64encode(self.stdin).decode()}}

    def natively(self, native):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "program" + self.path.suffix)
            file.write_text(self.code)
            env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
            try:
                with open(pathlib.Path(folder, ".stdin"), "w+b") as stdin:
                    stdin.write(self.stdin)
                    stdin.seek(0)
                    os.unlink(stdin.name)
                    done = subprocess.run(
                        [*native, file.name, *self.argv], cwd=folder, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60
                    )
            except subprocess.TimeoutExpired:
                return None, b"", b"does not end"
        return done.returncode, done.stdout, done.stderr.replace(f"{folder}/program".encode(), b"program")


def in_polymer(polymer, module, programs):
    lines = "".join(json.dumps(program.record()) + "\n" for program in programs)
    command = [polymer, "run", module, "-q", "--id-field", "id", "--output-format", "base64", *LIMITS]
    done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    records = {record["id"]: record for record in map(json.loads, done.stdout.splitlines())}
    if missing := [program.name for program in programs if program.name not in records]:
        sys.exit(f"no record of {missing}: {done.stderr.decode()[-2000:]}")
    return records


def ending(record):
    """The exit code and the output of a record."""
    if record["verdict"] == "ok":
        code = 0
    elif record["verdict"] == "task_error":
        code = record["error"].get("exit_code")
    else:
        code = record["verdict"]
    return code, base64.b64decode(record.get("output_base64") or "")


def shown(output):
    return output.decode(errors="backslashreplace")


def first_difference(ours, theirs):
    ours, theirs = shown(ours).splitlines(), shown(theirs).splitlines()
    for at in range(max(len(ours), len(theirs))):
        one, other = (lines[at] if at < len(lines) else "(nothing)" for lines in (ours, theirs))
        if one != other:
            return f"line {at + 1}: ours {one[:200]!r}, natively {other[:200]!r}"
    return "the ends of lines"


# A frame in a file of the standard library, with its lines of source, which an interpreter of ours does not have.
LIBRARY_FRAME = re.compile(r'^( *File ").*?/(?:lib/)?python(?:3\.\d+)?/(.*?)", line \d+(.*)\n(?:^    .*\n)*', re.MULTILINE)


def said(text):
    """Standard error without what is known to differ: frames inside the standard library, numbers of errors, addresses in memory."""
    text = LIBRARY_FRAME.sub(r'\1\2"\3\n', text.strip() + "\n")
    text = re.sub(r"\[Errno \d+\]", "[Errno]", re.sub(r"0x[0-9a-f]+", "0x", text))
    # Frames of the interpreter stand below those of the program.
    return re.sub(r"(\[Previous line repeated) \d+", r"\1", text)


def judged(program, record, native):
    """What is wrong with a program, if anything."""
    code, output = ending(record)
    if program.verdict:
        return None if record["verdict"] in program.verdict.split(" or ") else f"its verdict is {record['verdict']}, not {program.verdict}"
    native_code, native_output, native_error = native
    is_same = (code, output) == (native_code, native_output)
    if program.differs:
        if is_same:
            return "it does not differ, and says that it does"
        return None if isinstance(code, int) else f"it does not end by itself: {record['verdict']}"
    if is_same:
        return judged_stderr(program, record, shown(native_error)) if program.path.suffix == ".py" else None
    what = []
    if code != native_code:
        what.append(f"it exits with {code}, natively with {native_code}")
    if output != native_output:
        what.append(first_difference(output, native_output))
    log = record["log"]["text"].strip().splitlines()
    error = shown(native_error).strip().splitlines()
    what.extend([f"    ours said: {log[-1][:300] if log else ''}", f"    natively: {error[-1][:300] if error else ''}"])
    return "; ".join(what[:-2]) + "\n" + "\n".join(what[-2:])


def judged_stderr(program, record, native_error):
    ours, theirs = said(record["log"]["text"]), said(native_error)
    if program.stderr_differs:
        return "its standard error does not differ, and it says that it does" if ours == theirs else None
    return None if ours == theirs else f"on standard error, {first_difference(ours.encode(), theirs.encode())}"


def undocumented(programs, manual):
    """Reasons that the manual does not give: a reason stands there as it is, whatever its first letter and the ends of lines."""
    told = " ".join(manual.replace("`", "").split()).lower()
    reasons = {reason for program in programs for reason in (program.differs, program.stderr_differs) if reason}
    return sorted(reason for reason in reasons if reason.replace("`", "").lower() not in told)


def main():
    polymer, module, native, folder, *names = sys.argv[1:]
    paths = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in MARKS)
    programs = [Program(path) for path in paths if not names or path.stem in names]
    native = shlex.split(native)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        natively = list(pool.map(lambda program: None if program.verdict else program.natively(native), programs))
    records = in_polymer(polymer, module, programs)
    wrong = 0
    for program, theirs in zip(programs, natively):
        if why := judged(program, records[program.name], theirs):
            wrong += 1
            print(f"{program.path}: {why}")
    for reason in undocumented(programs, MANUAL.read_text()):
        wrong += 1
        print(f"{MANUAL.name} does not say: {reason}")
    differing = sum(program.differs is not None for program in programs)
    endless = sum(program.verdict is not None for program in programs)
    same = len(programs) - wrong - differing - endless
    print(f"{len(programs)} programs: {same} alike, {differing} documented as different, {endless} ended by a limit, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
