class Abort(SystemExit):
    """Ends the program, and remembers at which stage."""

    def __init__(self, stage, code):
        super().__init__(code)
        self.stage = stage

    def __str__(self):
        return f"aborted in {self.stage} with {self.code}"


class FatalAbort(Abort):
    code = 77  # hides the slot of the base class

    def __init__(self, stage):
        super().__init__(stage, 12)


def stage(name, fail=None):
    print("enter", name)
    try:
        if fail:
            raise fail
    finally:
        print("leave", name)


for error in (Abort("read", 3), Abort("write", None), FatalAbort("sync")):
    try:
        stage(error.stage, error)
    except Exception:
        print("never: SystemExit is no Exception")
    except SystemExit as e:
        print(type(e).__name__, e, e.args, e.code)

print([c.__name__ for c in FatalAbort.__mro__])
stage("last", Abort("last", 21))
