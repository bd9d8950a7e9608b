USERS = {"ann": {"id": 1, "mail": "ann@example.org"}, "bob": {"id": 2}}


class LookupFailed(Exception):
    pass


def mail_of(name):
    try:
        user = USERS[name]
    except KeyError as e:
        raise LookupFailed(f"no user {name}") from e
    try:
        return user["mail"]
    except KeyError:
        raise LookupFailed(f"{name} has no mail") from None


def send(name):
    try:
        print("sending to", mail_of(name))
    except LookupFailed as e:
        # A second error while the first one is handled.
        code = int("not a code")
        print(code, e)


def chain(e):
    while e is not None:
        print("   ", type(e).__name__, e, "(suppressed)" if e.__suppress_context__ else "")
        e = e.__cause__ or e.__context__


for name in ("ann", "bob", "carl"):
    try:
        send(name)
    except ValueError as e:
        print("failed for", name)
        chain(e)

send("dora")
