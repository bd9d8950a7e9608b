import configparser
import sys

TEXT = """
[server]
host = localhost
port = eighty
workers = 4

[cache]
size = 128
policy = lru
"""

parser = configparser.ConfigParser()
parser.read_string(TEXT)

problems = []


def number(section, key, low, high):
    raw = parser.get(section, key, fallback=None)
    if raw is None:
        problems.append(f"{section}.{key}: missing")
        return None
    try:
        value = int(raw)
    except ValueError as error:
        problems.append(f"{section}.{key}: {error}")
        return None
    if not low <= value <= high:
        problems.append(f"{section}.{key}: {value} not in {low}..{high}")
    return value


print("port", number("server", "port", 1, 65535))
print("workers", number("server", "workers", 1, 2))
print("size", number("cache", "size", 16, 1024))
print("ttl", number("cache", "ttl", 0, 60))

for problem in problems:
    print(" -", problem)
if problems:
    print(len(problems), "problems found")
    sys.exit(1)
print("configuration is fine")
