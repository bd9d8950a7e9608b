"""Guests for the tests: text modules, which need no compiler."""

import pathlib
import subprocess

import pytest

#: A command that gives its input back.
ECHO = """
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")
    (loop $more
      (i32.store (i32.const 0) (i32.const 64))
      (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8))
        (then
          (i32.store (i32.const 4) (i32.load (i32.const 8)))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
          (br $more))))))
"""

#: A command that never ends.
SPIN = '(module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))'

#: A command that traps.
TRAP = '(module (memory (export "memory") 1) (func (export "_start") unreachable))'


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A directory with ``echo.wat``, ``spin.wat`` and ``trap.wat``."""
    folder = tmp_path_factory.mktemp("guests")
    for name, text in {"echo": ECHO, "spin": SPIN, "trap": TRAP}.items():
        (folder / f"{name}.wat").write_text(text)
    return folder


@pytest.fixture
def echo(guests: pathlib.Path) -> str:
    return str(guests / "echo.wat")


@pytest.fixture
def spin(guests: pathlib.Path) -> str:
    return str(guests / "spin.wat")


@pytest.fixture
def trap(guests: pathlib.Path) -> str:
    return str(guests / "trap.wat")


def _interpreter(name: str) -> str:
    """An interpreter, which is made if there is none."""
    from polymer_wasm._binary import command

    if subprocess.run([command(), "inspect", name], capture_output=True).returncode != 0:
        subprocess.run([command(), "build", name], check=True, capture_output=True)
    return name


@pytest.fixture(scope="session")
def interpreter() -> str:
    return _interpreter("@python")


@pytest.fixture(scope="session")
def javascript_interpreter() -> str:
    return _interpreter("@javascript")
