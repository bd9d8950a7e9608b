from xml.dom import minidom, Node

impl = minidom.getDOMImplementation()
doc = impl.createDocument(None, "playlist", None)
root = doc.documentElement
root.setAttribute("version", "1")
root.appendChild(doc.createComment(" made by hand "))
for artist, title, seconds in [("Nina", "Feeling & fine", 174), ("Miles", "So <What>", 545), ("Björk", 'The "Bell"', 258)]:
    track = doc.createElement("track")
    track.setAttribute("artist", artist)
    track.appendChild(doc.createTextNode(title))
    length = doc.createElement("length")
    length.appendChild(doc.createTextNode(str(seconds)))
    track.appendChild(length)
    root.appendChild(track)
root.appendChild(doc.createCDATASection("raw <stuff> & more"))
print(doc.toxml())
print(doc.toprettyxml(indent="  ", encoding="utf-8").decode())


def walk(node, depth=0):
    kinds = {Node.ELEMENT_NODE: "element", Node.TEXT_NODE: "text", Node.COMMENT_NODE: "comment", Node.CDATA_SECTION_NODE: "cdata",
             Node.PROCESSING_INSTRUCTION_NODE: "instruction", Node.DOCUMENT_NODE: "document", Node.DOCUMENT_TYPE_NODE: "doctype"}
    label = node.nodeName if node.nodeType == Node.ELEMENT_NODE else repr(node.nodeValue)
    print("  " * depth + kinds[node.nodeType], label, dict(node.attributes.items()) if node.attributes else "")
    for child in node.childNodes:
        walk(child, depth + 1)


parsed = minidom.parseString('<?xml version="1.0"?><!DOCTYPE r><?style sheet?><r a="1"><x id="q">one<y/>two</x><!--c--><x/></r>')
walk(parsed)
xs = parsed.getElementsByTagName("x")
print(len(xs), xs[0].firstChild.data, xs[0].lastChild.data, xs[0].nextSibling.nodeName, xs[1].hasChildNodes())
first = xs[0].cloneNode(deep=True)
first.setAttribute("id", "copy")
parsed.documentElement.replaceChild(first, xs[1])
parsed.documentElement.removeChild(xs[0])
first.normalize()
print(parsed.documentElement.toxml())
print(first.getAttribute("missing") == "", first.hasAttribute("id"), first.parentNode.tagName, first.ownerDocument is parsed)
parsed.unlink()
try:
    minidom.parseString("<open>")
except Exception as e:
    print(type(e).__name__, e)
