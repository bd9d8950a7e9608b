import shlex, sys, string

env = {"HOME": "/h", "USER": "kim"}

for n, line in enumerate(sys.stdin, 1):
    try:
        words = shlex.split(line, comments=True)
    except ValueError as e:
        print(n, "error:", e)
        continue
    if not words:
        continue
    if len(words) == 1 and "=" in words[0]:
        k, _, v = words[0].partition("=")
        env[k] = v
        continue
    words = [string.Template(w).safe_substitute(env) for w in words]
    match words:
        case ["echo", "-n", *rest]:
            print(*rest, end="")
        case ["echo", *rest]:
            print(*rest)
        case ["set"]:
            for k in sorted(env):
                print(f"{k}={shlex.quote(env[k])}")
        case ["exit"]:
            sys.exit()
        case ["exit", code]:
            sys.exit(int(code))
        case [name, *rest]:
            print(f"{name}: not found ({len(rest)} arguments)")
