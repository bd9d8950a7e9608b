"""``python -m polymer_wasm`` is the command ``polymer``."""

from ._main import main

main()
