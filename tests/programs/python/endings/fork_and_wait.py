# differs: there are no threads, processes and sockets
import os
import sys

print("before", flush=True)
try:
    pid = os.fork()
except (AttributeError, OSError) as e:
    print("cannot fork:", type(e).__name__)
    sys.exit(0)

if pid == 0:
    # The child says nothing and only leaves a code.
    os._exit(6)
_, status = os.waitpid(pid, 0)
print("child left with", os.waitstatus_to_exitcode(status))
try:
    out = os.popen("echo popen").read()
    print(out.strip())
except Exception as e:
    print("popen:", type(e).__name__)
