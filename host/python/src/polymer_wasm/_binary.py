"""Where the command ``polymer`` is."""

from __future__ import annotations

import os
import shutil
import sysconfig

__all__ = ["command"]

#: Names another command in place of the one that was installed with this package.
VARIABLE = "POLYMER_COMMAND"


def command() -> str:
    """Return the path of the command: that of ``POLYMER_COMMAND``, the one that was installed with
    this package, or the first on ``PATH``.

    Raises:
        FileNotFoundError: there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named
    schemes = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")),
    ]
    for folder in schemes:
        path = os.path.join(folder, "polymer")
        if os.access(path, os.X_OK):
            return path
    found = shutil.which("polymer")
    if found is None:
        places = ", ".join([*schemes, "PATH"])
        raise FileNotFoundError(
            f"the command polymer was not found in {places}; install polymer-wasm, or set {VARIABLE}"
        )
    return found
