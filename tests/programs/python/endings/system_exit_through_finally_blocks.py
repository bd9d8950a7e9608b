import sys

trail = []


class Guard:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        trail.append(f"+{self.name}")
        return self

    def __exit__(self, kind, value, tb):
        trail.append(f"-{self.name}:{kind.__name__ if kind else None}")
        print("closing", self.name, "because of", repr(value))
        return False


def inner():
    with Guard("file"):
        try:
            with Guard("lock"):
                sys.exit(5)
        except Exception as e:
            trail.append("wrong handler")
            print(e)
        else:
            trail.append("no exit?")
        finally:
            trail.append("finally one")


def outer():
    try:
        inner()
    except SystemExit as e:
        trail.append(f"seen {e.code}")
        # The code is changed on the way out.
        e.code += 1
        raise
    finally:
        trail.append("finally two")


try:
    outer()
finally:
    print(" | ".join(trail))
