"""Read layered INI settings, with interpolation, and print the result."""
import configparser
import io

DEFAULTS = """
[DEFAULT]
root = /srv/app
debug = no
timeout = 30

[server]
host = localhost
port = 8000
logs = %(root)s/logs
"""

SITE = """
# the site's own
[server]
port : 9090
aliases =
    www
    api

    static
[client "mobile"]
Debug = ON
key with spaces = a = b ; not a comment
path = ${server:port}
flag
"""

cfg = configparser.ConfigParser(allow_no_value=True)
cfg.read_string(DEFAULTS, source="defaults")
cfg.read_file(io.StringIO(SITE), source="site")
cfg["new"] = {"Answer": "42", "ratio": "2.5"}

for section in cfg.sections():
    print(f"[{section}]")
    for key, value in cfg.items(section):
        print(f"  {key} -> {value!r}")
s = cfg["server"]
print(s.getint("port") + 1, s.getboolean("debug"), cfg['client "mobile"'].getboolean("debug"), cfg["new"].getfloat("ratio"))
print(s.get("nothing", "fallback"), cfg.getint("server", "nothing", fallback=-1), cfg.has_option("new", "ANSWER"))
print(cfg.get("server", "logs", raw=True), cfg.get("server", "logs", vars={"root": "/opt/x"}))

ext = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), delimiters=("=",), comment_prefixes=(";",))
ext.optionxform = str
ext.read_string("[Paths]\nHome = /home\nMine = ${Home}/me\n[Other]\nDir = ${Paths:Mine}/data$$\n#key = kept\n")
print({k: dict(v) for k, v in ext.items() if k != "DEFAULT"})

out = io.StringIO()
cfg.remove_section('client "mobile"')
cfg.set("server", "port", "1")
cfg.write(out, space_around_delimiters=False)
print(out.getvalue().strip())

for text in ("[a]\n[a]\n", "[a]\nx=1\nX=2\n", "x=1\n", "[a]\nthis line is wrong\n", "[a]\nx=%(y)s\n", "[a]\nx=%(x)s\n", "[a]\nn=ten\n"):
    try:
        c = configparser.ConfigParser()
        c.read_string(text)
        c.get("a", "x", fallback=None)
        c.getint("a", "n", fallback=None)
    except (configparser.Error, ValueError) as e:
        print(type(e).__name__)
