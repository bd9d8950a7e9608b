import sys


class Node:
    __slots__ = ("children", "count", "word")

    def __init__(self):
        self.children = {}
        self.count = 0
        self.word = None


class Trie:
    def __init__(self):
        self.root = Node()
        self.nodes = 1

    def insert(self, word):
        node = self.root
        for ch in word:
            node.count += 1
            nxt = node.children.get(ch)
            if nxt is None:
                nxt = node.children[ch] = Node()
                self.nodes += 1
            node = nxt
        node.count += 1
        node.word = word

    def walk(self, node):
        if node.word is not None:
            yield node.word
        for ch in sorted(node.children):
            yield from self.walk(node.children[ch])

    def complete(self, prefix, limit=5):
        node = self.root
        for ch in prefix:
            if ch not in node.children:
                return [], 0
            node = node.children[ch]
        out = []
        for w in self.walk(node):
            out.append(w)
            if len(out) == limit:
                break
        return out, node.count


def main():
    trie = Trie()
    for line in sys.stdin:
        op, word = line[:1], line[1:].strip().lower()
        if op == "+":
            for w in word.split():
                trie.insert(w)
        elif op == "?":
            words, n = trie.complete(word)
            print(f"{word or '(all)'}: {n} -> {', '.join(words) or 'nothing'}")
        else:
            print("ignored:", repr(line))
    print("nodes:", trie.nodes)


main()
