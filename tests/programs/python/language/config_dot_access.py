# argv: --debug db.port=6000 "title=My App" features.beta=true
import json
import sys


class Config(dict):
    """dict whose keys are attributes, with dotted path lookup"""

    def __getattr__(self, name):
        try:
            value = self[name]
        except KeyError:
            raise AttributeError(name) from None
        return Config(value) if type(value) is dict else value

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        try:
            del self[name]
        except KeyError as e:
            raise AttributeError(name) from e

    def get_path(self, path, default=None):
        node = self
        for part in path.split("."):
            if not isinstance(node, dict) or part not in node:
                return default
            node = node[part]
        return node

    def set_path(self, path, value):
        *parents, last = path.split(".")
        node = self
        for p in parents:
            node = node.setdefault(p, {})
        node[last] = value


def parse_value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


cfg = Config(title="untitled", db={"host": "localhost", "port": 5432}, debug=False)
for arg in sys.argv[1:]:
    if arg.startswith("--"):
        cfg[arg[2:]] = True
    elif "=" in arg:
        key, _, value = arg.partition("=")
        cfg.set_path(key, parse_value(value))
    else:
        sys.exit(f"bad argument: {arg}")

print(json.dumps(cfg, indent=2, sort_keys=True))
print(cfg.title, cfg.db.host, cfg.db.port + 1, cfg.debug)
print(cfg.get_path("features.beta"), cfg.get_path("features.gamma.x", "n/a"))
cfg.owner = "nobody"
del cfg.debug
print(sorted(cfg), hasattr(cfg, "debug"), hasattr(cfg, "owner"))
try:
    del cfg.debug
except AttributeError as e:
    print("no", e, "| cause:", repr(e.__cause__))
