"""Pictures of a run's terminal, as text and as SVG, at several widths.

    pip install pyte
    python3 tests/terminal/look.py target/debug/polymer FOLDER [--columns 50 80 200] [--rows 24]

A run over some thousand lines, of which a few fail and a few are slow, is made on a pseudo terminal
of each width. Each picture is what an emulator shows at one moment: `begin` (something is done),
`middle` (the time left and a slow task are shown) and `end` (the summary), and `top`: what `polymer top` shows
of the same run. Beside them stands `log.txt`: what the run says where standard error is a file.
`--readme` also writes the picture of README, `host/docs/pictures/top.svg`.
"""

import argparse
import fcntl
import html
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Iterator

import pyte

HERE = pathlib.Path(__file__).parent
LINES = 8000
#: Colours by the emulator's names; others are drawn as plain text.
COLOURS = {"red": "#e06c75", "green": "#98c379", "brown": "#e5c07b", "yellow": "#e5c07b", "cyan": "#56b6c2"}
CELL, LINE, MARGIN = 8.4, 18, 12
ENVIRONMENT = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


def lines() -> str:
    """Return the input: short tasks, failures, and two tasks that take memory and much time. They
    are so many that not all of them are read at once: first their number is an estimate.
    """

    def kind(at: int) -> str:
        if at in (1500, 4500):
            return "m"
        return "f" if at % 97 == 5 else str(1 + at % 5)

    return "".join(f"{kind(at)} line {at}\n" for at in range(LINES))


def command(polymer: str, folder: pathlib.Path) -> list[str]:
    """Return the command of the run, whose records go to a file."""
    task = [polymer, "run", str(HERE / "look.wat"), "-j", "3", "--failure-output", "never"]
    return [*task, "--log-level", "off", "--input", str(folder / "lines"), "-o", str(folder / "records")]


def frames(line: list[str], columns: int, rows: int, environment: dict[str, str]) -> Iterator[pyte.Screen]:
    """Run a command on a terminal; yield what is seen after each piece that it writes. It is ended when
    nobody looks any more.
    """
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    child = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    screen = pyte.Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    try:
        while True:
            try:
                piece = os.read(main, 1 << 16)
            except OSError:
                # Nobody has the other end any more.
                break
            if not piece:
                break
            stream.feed(piece)
            yield screen
    except GeneratorExit:
        child.terminate()
        raise
    finally:
        os.close(main)
        child.wait()


def text(screen: pyte.Screen) -> str:
    """Return what is seen, without the empty end of each row and of the screen."""
    return "\n".join(row.rstrip() for row in screen.display).rstrip() + "\n"


def svg(screen: pyte.Screen) -> str:
    """Return what is seen as a picture."""
    rows = text(screen).splitlines()
    width, height = round(screen.columns * CELL + 2 * MARGIN), len(rows) * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">',
        f'<rect width="{width}" height="{height}" rx="6" fill="#1e2127"/>',
    ]
    for at, row in enumerate(rows):
        spans, y = [], MARGIN + (at + 1) * LINE - 5
        for column in range(len(row)):
            cell = screen.buffer[at][column]
            colour = COLOURS.get(cell.fg, "#d7dae0")
            if spans and spans[-1][1] == colour:
                spans[-1][2] += cell.data
            else:
                spans.append([column, colour, cell.data])
        for column, colour, said in spans:
            x, length = MARGIN + column * CELL, len(said) * CELL
            parts.append(
                f'<text x="{x:.1f}" y="{y}" fill="{colour}" xml:space="preserve" textLength="{length:.1f}">'
                f"{html.escape(said)}</text>"
            )
    return "\n".join([*parts, "</svg>\n"])


def keep(screen: pyte.Screen, path: pathlib.Path) -> None:
    path.with_suffix(".txt").write_text(text(screen))
    path.with_suffix(".svg").write_text(svg(screen))


def look(polymer: str, out: pathlib.Path, columns: int, rows: int) -> None:
    """Make the pictures of one width."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "lines").write_text(lines())
        wanted = {
            "begin": lambda seen: re.search(r"(^|\] )[1-9]\d* of", seen),
            "middle": lambda seen: " left" in seen and "slow: " in seen,
        }
        screen = None
        for screen in frames(command(polymer, folder), columns, rows, ENVIRONMENT):
            seen = text(screen)
            for name in [name for name, is_seen in wanted.items() if is_seen(seen)]:
                keep(screen, out / f"{columns}-{name}")
                del wanted[name]
        if screen is not None:
            keep(screen, out / f"{columns}-end")
        if wanted:
            raise SystemExit(f"at {columns} columns this was never seen: {', '.join(wanted)}")


def look_top(polymer: str, out: pathlib.Path, columns: int, rows: int) -> None:
    """Make the picture of `polymer top` at one width, once a slow task and a failure are there."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "lines").write_text(lines())
        environment = {**ENVIRONMENT, "XDG_RUNTIME_DIR": temporary}
        line = [*command(polymer, folder)[:-2], "--run-dir", str(folder / "primes")]
        run = subprocess.Popen(line, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            # Its socket is there once it has begun.
            while run.poll() is None and not list(folder.glob("polymer/*.sock")):
                time.sleep(0.05)
            for screen in frames([polymer, "top", "--pid", str(run.pid)], columns, rows, environment):
                seen = text(screen)
                if re.search(r"MiB +\d+\.\dG", seen) and "Causes (" in seen and "Queue (" in seen and " left" in seen:
                    keep(screen, out / f"{columns}-top")
                    return
            raise SystemExit(f"at {columns} columns polymer top never showed all")
        finally:
            run.terminate()
            run.terminate()
            run.wait()


def log(polymer: str, out: pathlib.Path) -> None:
    """Keep what the run says where standard error is a file."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "lines").write_text(lines())
        with (out / "log.txt").open("w") as stderr:
            subprocess.run(command(polymer, folder), stderr=stderr, env=ENVIRONMENT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("polymer", help="the command")
    parser.add_argument("out", type=pathlib.Path, help="the folder for the pictures")
    parser.add_argument("--columns", type=int, nargs="+", default=[50, 80, 200])
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--readme", action="store_true", help="write the picture of README too")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    polymer = str(pathlib.Path(asked.polymer).resolve())
    for columns in asked.columns:
        look(polymer, asked.out, columns, asked.rows)
        look_top(polymer, asked.out, columns, asked.rows)
    log(polymer, asked.out)
    if asked.readme:
        look_top(polymer, asked.out, 80, 17)
        shutil.copy(asked.out / "80-top.svg", HERE.parents[1] / "host/docs/pictures/top.svg")


if __name__ == "__main__":
    main()
