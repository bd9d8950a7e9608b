"""The command ``polymer-wasm``, which is ``polymer`` under the name of this package: with it,
``uvx polymer-wasm run ...`` and ``pipx run polymer-wasm`` work.
"""

from __future__ import annotations

import os
import sys

from ._binary import command


def main() -> None:
    """Become the command ``polymer``."""
    path = command()
    os.execv(path, [path, *sys.argv[1:]])


if __name__ == "__main__":
    main()
