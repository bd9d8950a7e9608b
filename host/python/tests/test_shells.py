"""Completions, by the shells' own machinery: what a person types, with Tab."""

import os
import pty
import select
import shutil
import time

import pytest

from polymer_wasm._binary import command


def typed(shell: "list[str]", start: str, keys: str, wanted: str, seconds: float = 20.0) -> str:
    """Start a shell on a terminal, have it run ``start``, type ``keys``; return what it shows once
    that has ``wanted``.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        folder = os.path.dirname(os.path.abspath(command()))
        path = os.pathsep.join([folder, os.environ["PATH"]])
        os.execvpe(shell[0], shell, {"PATH": path, "TERM": "xterm", "HOME": "/nonexistent", "PS1": "ready> "})
    shown = ""

    def until(text: str) -> bool:
        nonlocal shown
        end = time.monotonic() + seconds
        while text not in shown and time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    shown += os.read(terminal, 1 << 16).decode(errors="replace")
                except OSError:
                    break
        return text in shown

    try:
        assert until("ready> "), shown
        shown = ""
        # In two parts, so that what is typed does not have the word that is waited for.
        os.write(terminal, f"{start}; echo do''ne\n".encode())
        assert until("done"), shown
        assert until("ready> "), shown
        shown = ""
        os.write(terminal, keys.encode())
        until(wanted)
        return shown
    finally:
        os.close(terminal)
        os.kill(pid, 9)
        os.waitpid(pid, 0)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_commands_and_flags():
    start = 'eval "$(polymer completions bash)"'
    shell = ["bash", "--norc", "--noprofile", "-i"]
    assert "polymer doctor" in typed(shell, start, "polymer doc\t", "polymer doctor")
    assert "--retry-backoff" in typed(shell, start, "polymer run --retry-b\t", "--retry-backoff")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
def test_zsh_completes_commands_and_flags():
    start = 'autoload -U compinit; compinit -u -D; eval "$(polymer completions zsh)"'
    shell = ["zsh", "-f", "-i"]
    assert "polymer doctor" in typed(shell, start, "polymer doc\t", "doctor")
    assert "--retry-backoff" in typed(shell, start, "polymer run --retry-b\t", "retry-backoff")
