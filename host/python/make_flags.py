"""Writes src/polymer_wasm/_flags.py: the flags of `polymer run`, as the command's own schema of
settings has them. Run it with the command to ask: python make_flags.py target/debug/polymer
"""

import json
import pathlib
import subprocess
import sys

KINDS = {"#/$defs/one": "one", "#/$defs/many": "many", "#/$defs/switch": "switch"}


def text(command: str) -> str:
    """Return the text of the module."""
    schema = json.loads(subprocess.run([command, "schema", "config"], check=True, capture_output=True).stdout)
    flags = schema["$defs"]["profile"]["properties"]
    lines = [f'    "{name}": "{KINDS[flag["$ref"]]}",\n' for name, flag in sorted(flags.items())]
    return (
        '"""Flags of the command that are keyword arguments here. Made by make_flags.py."""\n\n'
        "#: Each takes one value, many, or none (a switch).\nFLAGS = {\n" + "".join(lines) + "}\n"
    )


if __name__ == "__main__":
    target = pathlib.Path(__file__).parent / "src" / "polymer_wasm" / "_flags.py"
    target.write_text(text(sys.argv[1]))
