"""Two hosts that are reached by ssh: this machine, twice, by a server that was unpacked from Debian's package."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from slurm_cluster import free_port
from workplace import Workplace, until

UNPACKED = Path(os.environ["SSHD"])

SERVER = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {place}/host_key
AuthorizedKeysFile {place}/user_key.pub
PidFile {place}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
SetEnv PATH={path}
"""

CLIENT = """\
Host one two
  HostName 127.0.0.1
  Port {port}
  IdentityFile {place}/user_key
  IdentitiesOnly yes
  UserKnownHostsFile {place}/known_hosts
  StrictHostKeyChecking accept-new
  LogLevel ERROR
"""


def has_user(name: str) -> bool:
    """Return whether this machine has such a user."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextlib.contextmanager
def ssh_hosts(place: Workplace) -> Iterator[None]:
    """Start a server beside a workplace, with two names in the file `hosts`, and end it."""
    port = free_port()
    for key in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place.path / key)], check=True)
    server, client = place.path / "sshd_config", place.path / "ssh_config"
    server.write_text(SERVER.format(port=port, place=place.path, path=place.environment["PATH"]))
    client.write_text(CLIENT.format(port=port, place=place.path))
    (place.path / "hosts").write_text("one\ntwo\n")
    place.environment["PARALLEL_SSH"] = f"ssh -F {client}"
    command = [str(UNPACKED / "usr/sbin/sshd"), "-D", "-e", "-f", str(server)]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
        if not has_user("sshd"):
            # Its user is seen by this server alone.
            users = place.path / "passwd"
            users.write_text(Path("/etc/passwd").read_text() + "sshd:x:64000:65534::/run/sshd:/usr/sbin/nologin\n")
            mounted = f'mount --bind {users} /etc/passwd && exec "$@"'
            command = ["unshare", "--mount", "sh", "-c", mounted, "sh", *command]
    libraries = str(UNPACKED / "usr/lib/x86_64-linux-gnu")
    with place.start(command, LD_LIBRARY_PATH=libraries) as running:
        try:
            until("an answer by ssh", lambda: place.run(["ssh", "-F", str(client), "one", "true"]) == 0)
            yield
        finally:
            running.terminate()
