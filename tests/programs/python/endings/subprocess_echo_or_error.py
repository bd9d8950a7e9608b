# differs: there are no threads, processes and sockets
import subprocess


def run(command, **kw):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=0.5, **kw)
    except Exception as e:
        print(command, "->", type(e).__name__)
    else:
        print(command, "->", done.returncode, repr(done.stdout))


run(["echo", "hello from outside"])
run("exit 3", shell=True)
run(["a-command-that-does-not-exist"])
run(["cat"], input="fed through a pipe")
try:
    print("call:", subprocess.call(["true"]))
except BaseException as e:
    print("call:", type(e).__name__)
print("the end")
