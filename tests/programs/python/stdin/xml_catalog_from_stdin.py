import sys
import xml.etree.ElementTree as ET
from collections import defaultdict

tree = ET.parse(sys.stdin)
root = tree.getroot()
print(root.tag, root.attrib, len(root))
by_genre = defaultdict(list)
for book in root.iter("book"):
    title = book.findtext("title", default="(none)")
    price = float(book.findtext("price") or 0)
    by_genre[book.get("genre", "other")].append((price, title))
for genre in sorted(by_genre):
    print(genre)
    for price, title in sorted(by_genre[genre]):
        print(f"  {price:8.2f} {title}")
for b in root.findall("./book[@genre='sea']"):
    b.set("shelf", "7")
    b.find("price").text = "0"
note = ET.SubElement(root, "note", lang="en")
note.text = "<checked> & \"signed\""
ET.indent(root)
print(ET.tostring(root, encoding="unicode"))
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as e:
    print("ParseError at", e.position, "code", e.code)
