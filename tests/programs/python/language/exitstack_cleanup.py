from contextlib import ExitStack, contextmanager

@contextmanager
def res(name, log, fail_exit=False):
    log.append(f"+{name}")
    try:
        yield name
    finally:
        log.append(f"-{name}")
        if fail_exit:
            raise RuntimeError(f"exit of {name}")

def run(title, fn):
    log = []
    try:
        result = fn(log)
    except Exception as e:
        chain = []
        while e:
            chain.append(f"{type(e).__name__}({e})")
            e = e.__context__
        result = " <- ".join(chain)
    print(f"{title:<12}{' '.join(log)} => {result}")

def simple(log):
    with ExitStack() as st:
        return [st.enter_context(res(n, log)) for n in "abc"]

def failing(log):
    with ExitStack() as st:
        st.enter_context(res("a", log))
        st.enter_context(res("b", log, True))
        raise ValueError("body")

def callbacks(log):
    with ExitStack() as st:
        st.callback(log.append, "first-registered")
        @st.callback
        def _():
            log.append("second-registered")
        st.push(lambda *exc: log.append(f"push saw {exc[0] and exc[0].__name__}") or True)
        raise KeyError("suppressed by push")
    return "suppressed"

def transfer(log):
    with ExitStack() as st:
        st.enter_context(res("file", log))
        closer = st.pop_all().close
    log.append("(outside)")
    closer()
    return "closed by hand"

def partial(log):
    with ExitStack() as st:
        for n in ("a", "b", "bad"):
            if n == "bad":
                raise OSError("cannot open bad")
            st.enter_context(res(n, log))

for f in (simple, failing, callbacks, transfer, partial):
    run(f.__name__, f)
