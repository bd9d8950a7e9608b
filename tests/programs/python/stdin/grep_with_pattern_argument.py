# argv: -n -i "(foo|ba+r)\b.*\d"
import getopt
import re
import sys


def usage():
    print("usage: grep [-inv] PATTERN")
    return 2


def main(argv):
    try:
        opts, rest = getopt.getopt(argv, "inv")
    except getopt.GetoptError as e:
        print(e)
        return usage()
    if len(rest) != 1:
        return usage()
    opts = dict(opts)
    regex = re.compile(rest[0], re.I if "-i" in opts else 0)
    hits = 0
    for n, line in enumerate(sys.stdin, 1):
        m = regex.search(line)
        if bool(m) == ("-v" in opts):
            continue
        hits += 1
        if "-n" in opts:
            sys.stdout.write("%d:" % n)
        if m:
            line = line[:m.start()] + "[" + m.group() + "]" + line[m.end():]
        sys.stdout.write(line)
    print("--", hits)
    return 0 if hits else 1


sys.exit(main(sys.argv[1:]))
