from collections import ChainMap
import json

DEFAULTS = json.loads("""
{"server": {"host": "localhost", "port": 8080, "tls": false},
 "log": {"level": "info", "format": "%(message)s"},
 "limits": {"requests": 100}}
""")

USER = json.loads("""
{"server": {"port": 9090},
 "log": {"level": "debug"},
 "theme": "dark"}
""")


def deep_merge(a: dict, b: dict) -> dict:
    out = dict(a)
    for key, value in b.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = deep_merge(out[key], value)
        else:
            out[key] = value
    return out


def get(settings, dotted):
    value = settings
    for part in dotted.split("."):
        value = value[part]
    return value


settings = deep_merge(DEFAULTS, USER)
print(json.dumps(settings, indent=2, sort_keys=True))

shallow = ChainMap(USER, DEFAULTS)
print("merged: ", get(settings, "server.host"), get(settings, "server.port"), get(settings, "log.format"))
print("shallow:", get(shallow, "server.port"), get(shallow, "limits.requests"))
print(shallow.maps.index(DEFAULTS), "theme" in shallow, len(shallow))
print("shallow:", get(shallow, "server.host"))
print("done")
