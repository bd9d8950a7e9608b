# argv: -v -o out.txt --level=3 -abx --name "two words" first -z --dry-run second -- -n
import getopt
import sys

argv = sys.argv[1:]
short, long = "vo:abxzn", ["level=", "name=", "dry-run", "colour=?"]

opts, args = getopt.getopt(argv, short, ["level=", "name=", "dry-run"])
print("getopt:", opts, args)
opts, args = getopt.gnu_getopt(argv, short, ["level=", "name=", "dry-run"])
print("gnu_getopt:", opts, args)

settings = {"verbose": 0, "out": None, "level": 0, "flags": ""}
for o, a in opts:
    if o == "-v":
        settings["verbose"] += 1
    elif o == "-o":
        settings["out"] = a
    elif o == "--level":
        settings["level"] = int(a)
    elif o in ("-a", "-b", "-x", "-z"):
        settings["flags"] += o[1]
    else:
        settings[o.lstrip("-")] = a or True
for k in sorted(settings):
    print(k, "=", settings[k])

print(getopt.getopt(["--lev", "5", "--dry"], "", ["level=", "dry-run"]))
print(getopt.getopt(["-ofile", "-o", "-x"], "o:x"), getopt.gnu_getopt(["a", "-x", "b"], "+x"), getopt.gnu_getopt(["a", "-x", "b"], "-x"))
for bad in (["-q"], ["-o"], ["--level"], ["--dry-run=yes"], ["--l"], ["--nothing"]):
    try:
        print(getopt.getopt(bad, "o:", ["level=", "list", "dry-run"]))
    except getopt.GetoptError as e:
        print(bad, "->", e.msg, repr(e.opt))
sys.exit(settings["level"])
