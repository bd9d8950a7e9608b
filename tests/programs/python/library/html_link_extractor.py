import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

BASE = "https://example.org/docs/index.html"
VOID = {"br", "img", "meta", "link", "hr", "input"}


class LinkExtractor(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.links = []
        self.stack = []
        self.title = ""
        self.text = None
        self.problems = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.stack.append((tag, self.getpos()))
        if tag == "a" and "href" in attrs:
            self.text = []
            self.links.append([urljoin(BASE, attrs["href"]), "", attrs.get("rel")])
        elif tag == "img":
            print("image", attrs.get("src"), repr(attrs.get("alt")), sorted(k for k, v in attrs.items() if v is None))

    def handle_startendtag(self, tag, attrs):
        print("self-closing", tag, attrs)

    def handle_endtag(self, tag):
        if tag == "a" and self.text is not None:
            self.links[-1][1] = " ".join("".join(self.text).split())
            self.text = None
        while self.stack:
            top, pos = self.stack.pop()
            if top == tag:
                return
            self.problems.append(f"<{top}> of line {pos[0]} is closed by </{tag}>")
        self.problems.append(f"</{tag}> opens nothing")

    def handle_data(self, data):
        if self.stack and self.stack[-1][0] == "title":
            self.title += data
        if self.text is not None:
            self.text.append(data)

    def handle_comment(self, data):
        print("comment", repr(data.strip()))

    def handle_decl(self, decl):
        print("declaration", decl)


p = LinkExtractor()
for line in sys.stdin:  # fed in pieces, tags may be cut in two
    for i in range(0, len(line), 11):
        p.feed(line[i:i + 11])
p.close()
print("title:", p.title)
for url, text, rel in p.links:
    print(f"{url}  [{text}]  rel={rel}")
print(*p.problems, sep="\n")
