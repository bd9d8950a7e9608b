# differs: the version is 3.14.0, with mistakes that later ones mended
import datetime
import plistlib
from plistlib import UID, FMT_BINARY, FMT_XML

value = {
    "Name": "Application <&> ü",
    "Count": 3,
    "Big": 2**63,
    "Negative": -129,
    "Ratio": 0.25,
    "Yes": True,
    "No": False,
    "When": datetime.datetime(2010, 10, 28, 7, 15, 30),
    "Blob": bytes(range(40)),
    "List": ["a", 1, [], {}, {"k": "v", "deep": [{"x": 1}]}],
    "Same": "a",
}
xml = plistlib.dumps(value)
print(xml.decode())
binary = plistlib.dumps(value, fmt=FMT_BINARY)
print(binary[:8], len(binary) < len(xml), plistlib.loads(binary) == value == plistlib.loads(xml, fmt=FMT_XML))
print(binary.hex()[:200])
print(list(plistlib.loads(binary)) == sorted(value), list(plistlib.loads(plistlib.dumps(value, sort_keys=False)))[:3])
print(plistlib.loads(plistlib.dumps([UID(7), "x", 10**9, 1.5], fmt=FMT_BINARY)), UID(7) == UID(7))
print(plistlib.loads(b"<plist><array><integer>0x1F</integer><real>1e3</real><string>a&amp;b</string><true/><data>aGk=</data></array></plist>"))
print(plistlib.dumps({1: 2, "b": 1}, skipkeys=True).decode())
for bad in (lambda: plistlib.dumps({"n": None}), lambda: plistlib.dumps({1: 1}), lambda: plistlib.dumps(2**64), lambda: plistlib.dumps({"c": "\x00"}),
            lambda: plistlib.loads(b"junk"), lambda: plistlib.loads(b"bplist00" + b"\0" * 40), lambda: plistlib.loads(b"<plist><dict><string>v</string></dict></plist>")):
    try:
        bad()
        print("no error")
    except (TypeError, OverflowError, ValueError, plistlib.InvalidFileException) as e:
        print(type(e).__name__)
