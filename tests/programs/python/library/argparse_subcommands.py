# argv: --verbose -v convert in.txt --to json --map a=1 b=2 --scale 2.5 --no-check "extra file"
# differs: the version is 3.14.0, with mistakes that later ones mended
import argparse
import contextlib
import io
import sys


def pair(text: str) -> tuple[str, int]:
    key, sep, value = text.partition("=")
    if not sep:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, int(value)


def build() -> argparse.ArgumentParser:
    form = lambda prog: argparse.HelpFormatter(prog, width=76)
    p = argparse.ArgumentParser(prog="tool", description="Converts and lists.", epilog="End of help.", formatter_class=form, color=False)
    p.add_argument("-v", "--verbose", action="count", default=0)
    p.add_argument("--version", action="version", version="%(prog)s 1.2")
    sub = p.add_subparsers(dest="command", required=True, metavar="COMMAND")
    c = sub.add_parser("convert", help="convert files", formatter_class=form, aliases=["cv"], color=False)
    c.add_argument("source")
    c.add_argument("more", nargs="*", default=[])
    c.add_argument("--to", choices=["json", "csv"], default="csv", help="the format (default: %(default)s)")
    c.add_argument("--map", nargs="+", type=pair, default=[], metavar="KEY=VALUE")
    c.add_argument("--scale", type=float, default=1.0)
    c.add_argument("--check", action=argparse.BooleanOptionalAction, default=True)
    g = sub.add_parser("list", help="list things", formatter_class=form, color=False)
    either = g.add_mutually_exclusive_group()
    either.add_argument("--all", action="store_const", const="all", dest="what")
    either.add_argument("--one", dest="what", type=int)
    g.add_argument("--tag", action="append")
    return p


parser = build()
ns = parser.parse_args()
print(sorted(vars(ns).items()))
print(parser.format_help())
print(parser.format_usage(), end="")

for line in (["list", "--tag", "x", "--tag", "y"], ["cv", "f", "--to=json"], ["list", "--one", "3"], ["convert", "f", "--", "-g"]):
    print(line, sorted((k, v) for k, v in vars(parser.parse_args(line)).items() if v))
for line in ([], ["convert"], ["list", "--all", "--one", "1"], ["convert", "f", "--to", "xml"], ["convert", "f", "--map", "novalue"], ["list", "--one", "z"], ["remove"],
             ["--version"], ["convert", "--help"]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            parser.parse_args(line)
        except SystemExit as e:
            code = e.code
    print(line, code, (err.getvalue() or out.getvalue()).strip().splitlines()[-1])
print(parser.parse_known_args(["list", "--unknown", "x"])[1])
parser.parse_args(["list", "--bogus"])
