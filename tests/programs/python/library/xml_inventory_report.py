import sys
import xml.etree.ElementTree as ET

ns = {"i": "urn:example:inventory", "p": "urn:example:price"}
try:
    root = ET.fromstring(sys.stdin.read())
except ET.ParseError as e:
    print("cannot parse:", e, e.position)
    sys.exit(2)

print(root.tag, root.attrib)
total = 0.0
for item in root.iterfind("i:shelf/i:item", ns):
    name = item.findtext("i:name", namespaces=ns).strip()
    price = item.find("p:price", ns)
    amount = int(item.get("count", "1"))
    cost = float(price.text) * amount if price is not None else 0
    total += cost
    print(f"{item.get('id'):>4} {name:<22} {amount:>3} {cost:>9.2f} {price.get('currency') if price is not None else '-'}")
print(f"total {total:.2f}")

print([e.get("id") for e in root.findall(".//i:item[@count='2']", ns)], len(root.findall(".//i:item[p:price]", ns)),
      [e.get("id") for e in root.findall(".//i:item[last()]", ns)])
print(repr(root.find("i:note", ns).text), [repr(c.tail) for c in root.find("i:note", ns)])
print("".join(root.find("i:note", ns).itertext()))

# Change the tree and write it again.
shelf = root.find("i:shelf", ns)
new = ET.SubElement(shelf, "{urn:example:inventory}item", id="n1", count="5")
ET.SubElement(new, "{urn:example:inventory}name").text = "Tea & \"biscuits\" <new>"
for gone in root.findall(".//i:item[@id='b2']", ns):
    shelf.remove(gone) if gone in list(shelf) else root[1].remove(gone)
ET.register_namespace("inv", ns["i"])
ET.register_namespace("price", ns["p"])
ET.indent(root, space=" ")
print(ET.tostring(root, encoding="unicode"))
print(ET.tostring(ET.Element("é", a="ü\n"), encoding="us-ascii"))
print(ET.canonicalize("<b  z='1' a='2'><c/><!-- gone --></b>"))

events = []
for event, elem in ET.iterparse(__import__("io").StringIO("<a><b>1</b><c/></a>"), ("start", "end")):
    events.append((event, elem.tag))
print(events)
puller = ET.XMLPullParser(["end"])
puller.feed("<log><line n='1'/><li")
print([e.attrib for _, e in puller.read_events()])
puller.feed("ne n='2'/></log>")
print([e.attrib for _, e in puller.read_events()])
for bad in ("<a><b></a>", "", "<a>&nope;</a>", "<a x='1' x='2'/>", "<a/><b/>"):
    try:
        ET.fromstring(bad)
    except ET.ParseError as e:
        print(e)
