import builtins
import gettext
import io
import struct

MESSAGES = {
    "": "Content-Type: text/plain; charset=UTF-8\nLanguage: pl\nPlural-Forms: nplurals=3; "
        "plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n",
    "Good morning": "Dzień dobry",
    "File": "Plik",
    "menu\x04File": "Plik (menu)",
    "%d file\x00%d files": "%d plik\x00%d pliki\x00%d plików",
}


def build_mo(messages: dict[str, str]) -> bytes:
    """The layout that msgfmt writes, without a hash table."""
    keys = sorted(messages)
    n = len(keys)
    ids = strings = b""
    table = []
    for key in keys:
        k, v = key.encode(), messages[key].encode()
        table.append((len(k), len(ids), len(v), len(strings)))
        ids += k + b"\0"
        strings += v + b"\0"
    start = 28 + 16 * n
    originals = b"".join(struct.pack("<II", l, start + o) for l, o, _, _ in table)
    translations = b"".join(struct.pack("<II", l, start + len(ids) + o) for _, _, l, o in table)
    return struct.pack("<7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, 0) + originals + translations + ids + strings


t = gettext.GNUTranslations(io.BytesIO(build_mo(MESSAGES)))
_ = t.gettext
print(_("Good morning"), "|", _("File"), "|", t.pgettext("menu", "File"), "|", _("Not translated"))
for n in (0, 1, 2, 5, 12, 22, 101, 112):
    print(t.ngettext("%d file", "%d files", n) % n)
print(t.info()["language"], t.charset())

fallback = gettext.NullTranslations()
print(fallback.gettext("same"), fallback.ngettext("one", "many", 1), fallback.ngettext("one", "many", 2), fallback.npgettext("c", "one", "many", 3))
second = gettext.GNUTranslations(io.BytesIO(build_mo({"": MESSAGES[""], "Not translated": "Teraz tak"})))
t.add_fallback(second)
print(_("Not translated"))

plural = gettext.c2py("n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2")
print([plural(n) for n in range(0, 23)])
try:
    gettext.c2py("n ** 2")
except ValueError as e:
    print("ValueError:", e)
try:
    gettext.GNUTranslations(io.BytesIO(b"\0" * 40))
except OSError as e:
    print("OSError:", e.strerror)
t.install()
del _
print(_("File"), builtins._("Good morning"))
