import configparser
import sys

cfg = configparser.ConfigParser(
    defaults={"timeout": "30", "base": "/srv"},
    converters={"list": lambda s: [x.strip() for x in s.split(",")]},
    allow_no_value=True,
)
try:
    cfg.read_file(sys.stdin)
except configparser.Error as e:
    print(type(e).__name__)
    sys.exit(1)

for section in cfg.sections():
    print(f"[{section}]")
    for key in sorted(cfg[section]):
        try:
            print("  ", key, "=", repr(cfg[section][key]))
        except configparser.InterpolationDepthError:
            print("  ", key, "refers to itself:", cfg.get(section, key, raw=True))
web = cfg["web"]
print(web.getint("port") + 1, web.getboolean("debug"), web.getfloat("ratio"), web.getlist("hosts"))
print(cfg.get("db", "missing", fallback="none"), cfg.has_option("db", "flag"))
try:
    cfg["db"]["loop"]
except configparser.InterpolationError as e:
    print(type(e).__name__)
cfg["new"] = {"a": 1}
cfg.remove_section("db")
cfg.write(sys.stdout)
