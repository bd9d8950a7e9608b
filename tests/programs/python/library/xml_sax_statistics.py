import io
import xml.sax
from collections import Counter
from xml.sax.saxutils import XMLGenerator, escape, quoteattr, unescape, XMLFilterBase


class Statistics(xml.sax.ContentHandler):
    def startDocument(self):
        self.tags = Counter()
        self.attributes = Counter()
        self.depth = self.deepest = self.chars = 0

    def startElement(self, name, attrs):
        self.tags[name] += 1
        self.attributes.update(attrs.getNames())
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)

    def endElement(self, name):
        self.depth -= 1

    def characters(self, content):
        self.chars += len(content.strip())

    def processingInstruction(self, target, data):
        print("instruction", target, data)

    def endDocument(self):
        print(sorted(self.tags.items()), sorted(self.attributes.items()), self.deepest, self.chars)


SOURCE = """<?xml version="1.0" encoding="utf-8"?>
<?go now?>
<book title="Walks"><part n="1"><chapter n="1">Hills &amp; dales</chapter><chapter n="2" draft="yes">The coast: 3 &lt; 5</chapter></part>
<part n="2"><chapter n="3"><note>Bring water</note></chapter></part></book>"""
xml.sax.parseString(SOURCE, Statistics())


class DropDrafts(XMLFilterBase):
    """Passes everything on but chapters that are drafts; numbers become words."""
    skipping = 0
    WORDS = {"1": "one", "2": "two", "3": "three"}

    def startElement(self, name, attrs):
        if self.skipping or attrs.get("draft") == "yes":
            self.skipping += 1
            return
        attrs = {k: self.WORDS.get(v, v) for k, v in attrs.items()}
        super().startElement(name, attrs)

    def endElement(self, name):
        if self.skipping:
            self.skipping -= 1
        else:
            super().endElement(name)

    def characters(self, content):
        if not self.skipping:
            super().characters(content)


out = io.StringIO()
f = DropDrafts(xml.sax.make_parser())
f.setContentHandler(XMLGenerator(out, "utf-8", short_empty_elements=True))
f.parse(io.StringIO(SOURCE))
print(out.getvalue())
print(escape("a < b & c", {"c": "&#99;"}), quoteattr('say "hi"'), quoteattr("it's \"so\""), unescape("&lt;&amp;&gt; &quot;", {"&quot;": '"'}))


class Errors(xml.sax.ErrorHandler):
    def fatalError(self, e):
        print("fatal:", e.getMessage(), "line", e.getLineNumber(), "column", e.getColumnNumber())


xml.sax.parseString("<a>\n <b></c>\n</a>", xml.sax.ContentHandler(), Errors())
try:
    xml.sax.parseString(b"<a>\xff</a>", xml.sax.ContentHandler())
except xml.sax.SAXParseException as e:
    print(e.getMessage())
