# argv: convert "two words.txt" --scale 2.5
import sys

USAGE = "usage: tool convert SOURCE TARGET [--scale N]"

# Exit codes of this tool.
EXIT_OK, EXIT_FAILED, EXIT_UNKNOWN, EXIT_USAGE = range(4)


def main(args):
    options = {}
    rest = []
    it = iter(args)
    for arg in it:
        if arg.startswith("--"):
            options[arg[2:]] = next(it, "")
        else:
            rest.append(arg)
    print("options:", options)
    print("positional:", rest)
    if not rest:
        print(USAGE)
        return EXIT_USAGE
    command, *files = rest
    if command != "convert":
        print("unknown command", command)
        return EXIT_UNKNOWN
    if len(files) != 2:
        print(f"expected 2 files, got {len(files)}: {', '.join(files)}")
        print(USAGE)
        return EXIT_USAGE
    print("converting", *files)
    return EXIT_OK


sys.exit(main(sys.argv[1:]))
