# What componentize-py makes a command of: runs a program that reads stdin and writes stdout.
import ast
import importlib
import io
import os
import sys

import polymer_load
import polymer_trace
from wit_world import exports
from wit_world.imports import environment, exit

# While it is built: what the program imports is imported by then, for no file is there when it runs.
for _node in ast.walk(ast.parse(polymer_load.TEXT)):
    if isinstance(_node, ast.Import):
        for _name in _node.names:
            importlib.import_module(_name.name)
    elif isinstance(_node, ast.ImportFrom) and _node.level == 0 and _node.module:
        importlib.import_module(_node.module)

polymer_trace.know(__file__, polymer_load.PATH)


class Run(exports.Run):
    def run(self):
        # What stood there when it was built is not this run's.
        sys.argv = environment.get_arguments() or [polymer_load.FILE]
        os.environ.clear()
        os.environ.update(environment.get_environment())
        # Unbuffered, as they are here, a long write would be cut off.
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8")
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "r", closefd=False)), encoding="utf-8")
        code = 0
        try:
            exec(polymer_load.CODE, {"__name__": "__main__", "__builtins__": __builtins__, "__file__": polymer_load.PATH})
        except SystemExit as left:
            code, said = polymer_trace.exit_code(left)
            if said is not None:
                print(said, file=sys.stderr)
        except BaseException as error:
            print(polymer_trace.trace_of(error), file=sys.stderr)
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        if code:
            exit.exit_with_code(code)
