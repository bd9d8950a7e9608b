# argv: ca do "z" ""
import sys
from typing import Dict, Iterator

class TrieNode:
    def __init__(self):
        self.children: Dict[str, "TrieNode"] = {}
        self.count = 0

class Trie:
    def __init__(self, words=()):
        self.root = TrieNode()
        self.size = 0
        for word in words:
            self.insert(word)

    def insert(self, word: str) -> None:
        node = self.root
        for ch in word:
            node = node.children.setdefault(ch, TrieNode())
        if node.count == 0:
            self.size += 1
        node.count += 1

    def _find(self, prefix):
        node = self.root
        for ch in prefix:
            if (node := node.children.get(ch)) is None:
                return None
        return node

    def __contains__(self, word):
        node = self._find(word)
        return node is not None and node.count > 0

    def complete(self, prefix: str) -> Iterator[tuple]:
        """Yield (word, count) in alphabetical order."""
        def walk(node, path):
            if node.count:
                yield path, node.count
            for ch in sorted(node.children):
                yield from walk(node.children[ch], path + ch)
        start = self._find(prefix)
        if start is not None:
            yield from walk(start, prefix)

    def delete(self, word: str) -> bool:
        def go(node, i):
            if i == len(word):
                if not node.count:
                    return False
                node.count = 0
                return True
            child = node.children.get(word[i])
            if child is None or not go(child, i + 1):
                return False
            if not child.children and not child.count:
                del node.children[word[i]]
            return True
        done = go(self.root, 0)
        self.size -= done
        return done

    def nodes(self):
        stack, n = [self.root], 0
        while stack:
            node = stack.pop()
            n += 1
            stack.extend(node.children.values())
        return n

trie = Trie("car card care cart cat cat cattle do dog dodge done door zebra".split())
print(trie.size, "words,", trie.nodes(), "nodes")
for prefix in sys.argv[1:]:
    found = list(trie.complete(prefix))
    print(f"{prefix!r}: {len(found)}", ", ".join(f"{w}({c})" if c > 1 else w for w, c in found))
for w in ("car", "ca", "cats", "zebra"):
    print(w, w in trie)
print([trie.delete(w) for w in ("car", "cattle", "ca", "zebra", "zebra")])
print(trie.size, trie.nodes(), [w for w, _ in trie.complete("")])
