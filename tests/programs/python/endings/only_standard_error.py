import logging
import sys
import warnings

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("job")


def eprint(*args, **kw):
    print(*args, file=sys.stderr, **kw)


eprint("starting")
done = 0
for size in (3, 0, 5, -1):
    if size < 0:
        log.error("negative size %d", size)
        continue
    if not size:
        warnings.warn("empty job")
    log.info("job of size %d", size)
    done += size

eprint("done", done, end="")
raise SystemExit(done)
