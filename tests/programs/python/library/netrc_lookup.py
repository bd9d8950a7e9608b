import io
import netrc

TEXT = """\
# logins
machine ftp.example.org login anna password s3cret account staff
machine api.example.org
    login "robot user"
    password "pa ss\\"word"

macdef upload
    cd /pub
    put $1

machine lonely.example.org password only
default login anonymous password guest@
"""


class Netrc(netrc.netrc):
    """Reads from text where the parent reads from a file."""

    def __init__(self, text, name="text"):
        self.hosts = {}
        self.macros = {}
        self._parse(name, io.StringIO(text), False)


n = Netrc(TEXT)
for host in ("ftp.example.org", "api.example.org", "lonely.example.org", "elsewhere.net"):
    login, account, password = n.authenticators(host)
    print(f"{host}: login={login!r} account={account!r} password={'*' * len(password)}")
print(sorted(n.hosts), n.macros)
print(n)
print(Netrc("machine a login b password c").authenticators("other"))
print(Netrc("machine m login first\nmachine m login second password p").authenticators("m"))

for bad in ("machine", "machine x login", "nonsense here", "machine x user y", "machine a login b\nwrong c", "macdef m\n  no blank line at the end"):
    try:
        print(Netrc(bad).hosts)
    except netrc.NetrcParseError as e:
        print(f"{e.msg!r} in {e.filename} line {e.lineno}")
