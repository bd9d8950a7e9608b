from html.parser import HTMLParser
from html import escape
import sys


class Extractor(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []
        self.text = []
        self.stack = []
        self.skip = 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "style"):
            self.skip += 1
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag not in ("br", "img", "hr"):
            self.stack.append(tag)
        print("  " * len(self.stack) + "<" + tag, sorted((k, v or "") for k, v in attrs.items()))

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.skip -= 1
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        else:
            print("stray end tag", tag, "in line", self.getpos()[0])

    def handle_data(self, data):
        if not self.skip and data.strip():
            self.text.append(" ".join(data.split()))

    def handle_comment(self, data):
        print("comment:", data.strip())


p = Extractor()
while chunk := sys.stdin.read(50):
    p.feed(chunk)
p.close()
print(p.links)
print(" | ".join(p.text))
print(escape(p.text[0], quote=True))
