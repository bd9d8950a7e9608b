"""Runs parts of CPython's own test suite in an interpreter of ours and natively, and compares how each test ends.

    suite.py POLYMER MODULE NATIVE [NAME...]

The suite is that of the native Python, `test` beside its library. Its version is later than the interpreter's: tests of mistakes that were
mended since then stand in LATER, and what the system below makes different in ELSEWHERE. Prints the counts, and exits with 1 if any other
test passes natively only.
"""

import base64
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

MODULES = ["json", "re", "datetime", "decimal", "itertools", "collections", "dataclasses", "string", "textwrap", "statistics", "heapq", "fractions"]

# Tests, by a part of their names, of what was mended after 3.14.0.
LATER = {
    "json": ["test_ascii_non_printable_decode", "TestCFail.test_truncated_input"],
    "datetime": ["test_fromisoformat_fails", "test_fromisoformat_utc_subsecond_offset", "test_strftime_special"],
    "dataclasses": [
        "TestInitAnnotate",
        "test_empty_class_cell",
        "test_frozen_empty",
        "test_incomplete_annotations",
        "test_non_frozen_normal_derived",
        "test_original_class_is_gced",
    ],
    "decimal": ["test_helper__is_less_than_pow10a", "test_signaldict_repr"],
    "string": ["test_precompiled_pattern"],
    "textwrap": ["test_break_long", "test_max_lines_long"],
    "statistics": ["test_gh_140938"],
}
# Of these, the ones that crash an interpreter which has the mistake, or never end in it: they are left out on both sides.
LEFT_OUT = [
    "_does_not_crash",
    "test_tee_dealloc_segfault",
    "test_current_indent_level",
    "test_mutate_dict_items_during_encode",
    "test_divide_unbound_context",
    "PyCoverage.test_remainder_near",
]
# Tests that are not even made where there are no threads.
FEWER = {"decimal": 4}
# And of what is otherwise under WASI: its C library knows one locale only.
ELSEWHERE = {"re": ["test_locale_ignorecase_negated_set"]}

# Files of the suite that these tests need, below `test`.
FILES = ["__init__.py", "support", "seq_tests.py", "list_tests.py", "mapping_tests.py", "string_tests.py", "re_tests.py", "datetimetester.py", "mathdata"]
# Cases of decimal arithmetic: a few of the 140 files, which take minutes.
DECIMAL = [f"decimaltestdata/{name}.decTest" for name in ("extra", "base", "add", "divide", "squareroot", "rounding")]

# The program: runs the tests of one module, and tells each that did not pass.
PROGRAM = """
import io, json, sys, sysconfig, unittest
# What it says of how it was built is cut off in the interpreter.
sysconfig.get_config_vars()["CONFIG_ARGS"] = ""
from test import support
import faulthandler
support.use_resources = []
name = sys.argv[1]
def all_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from all_of(test)
        elif not any(part in str(test) for part in LEFT_OUT):
            yield test
tests = unittest.TestSuite(all_of(unittest.defaultTestLoader.loadTestsFromName(name)))
result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(tests)
of = lambda pairs: sorted(str(test) for test, _ in pairs)
print(json.dumps({"run": result.testsRun, "failed": of(result.failures + result.errors), "skipped": of(result.skipped)}))
print(json.dumps([[str(test), trace[-600:]] for test, trace in result.failures + result.errors]), file=sys.stderr)
"""


PROGRAM = f"LEFT_OUT = {LEFT_OUT}\n{PROGRAM}"


def files_of(top, module):
    found = {}
    for name in [*FILES, f"test_{module}", f"test_{module}.py", *(DECIMAL if module == "decimal" else [])]:
        path = top / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                found[f"test/{file.relative_to(top)}"] = file.read_bytes()
    return found


def natively(native, files, module):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        program = pathlib.Path(folder, "program.py")
        program.write_text(PROGRAM)
        done = subprocess.run([*native, str(program), f"test.test_{module}"], cwd=folder, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def main():
    polymer, module, native, *names = sys.argv[1:]
    native = shlex.split(native)
    where = "import test, os; print(os.path.dirname(test.__file__))"
    top = pathlib.Path(subprocess.run([*native, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
    names = names or MODULES
    lines = []
    for name in names:
        files = {path: {"base64": base64.b64encode(content).decode()} for path, content in files_of(top, name).items()}
        lines.append(json.dumps({"id": name, "code": PROGRAM, "argv": [f"test.test_{name}"], "files": files}) + "\n")
    limits = ["--fuel", "1T", "--timeout", "10m", "--memory", "512MiB", "--scratch", "64MiB::.", "--log-limit", "4MiB", "--input-limit", "64MiB"]
    command = [polymer, "run", module, "-q", "-k", "--id-field", "id", *limits]
    done = subprocess.run(command, input="".join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = 0
    for name, record in zip(names, records, strict=True):
        code, out, err = natively(native, files_of(top, name), name)
        if record["verdict"] != "ok" or code != 0:
            why = f"{record['verdict']}, {record['error']['message']}: {record['log']['text'][-1500:]}"
            print(f"{name}: {why}; natively it exits with {code}: {err[-500:]}")
            wrong += 1
            continue
        ours, theirs = json.loads(record["output"]), json.loads(out)
        only = sorted(set(ours["failed"]) - set(theirs["failed"]))
        known = [*LATER.get(name, []), *ELSEWHERE.get(name, [])]
        unknown = [test for test in only if not any(part in test for part in known)]
        passed = ours["run"] - len({test.split(") (")[0] for test in ours["failed"]}) - len(ours["skipped"])
        print(
            f"{name}: {ours['run']} tests, natively {theirs['run']}; {passed} pass, {len(ours['skipped'])} are skipped (natively "
            f"{len(theirs['skipped'])}), {len(only) - len(unknown)} checks of later versions or of other systems fail, {len(unknown)} others"
        )
        traces = dict(map(tuple, json.loads(record["log"]["text"].splitlines()[-1]))) if unknown else {}
        for test in unknown:
            print("    ", test, "|", traces.get(test, "").strip().splitlines()[-1:])
        wrong += bool(unknown) or ours["run"] != theirs["run"] - FEWER.get(name, 0)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
