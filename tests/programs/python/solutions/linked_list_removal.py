from __future__ import annotations
from dataclasses import dataclass
from typing import Generic, Optional, TypeVar

T = TypeVar("T")


@dataclass
class Node(Generic[T]):
    value: T
    next: Optional[Node[T]] = None


class Playlist:
    """Songs in a linked list."""

    def __init__(self, *songs: str) -> None:
        self.head: Optional[Node[str]] = None
        for s in reversed(songs):
            self.head = Node(s, self.head)

    def __str__(self) -> str:
        parts = []
        node = self.head
        while node is not None:
            parts.append(node.value)
            node = node.next
        return " > ".join(parts) if parts else "(empty)"

    def remove(self, song: str) -> None:
        """Remove the first node with this song."""
        if self.head.value == song:
            self.head = self.head.next
            return
        node = self.head
        while node.next.value != song:
            node = node.next
        node.next = node.next.next

    def move_to_front(self, song: str) -> None:
        self.remove(song)
        self.head = Node(song, self.head)


playlist = Playlist("Blue", "Red", "Green", "Black")
print(playlist)
playlist.remove("Green")
print(playlist)
playlist.remove("Blue")
print(playlist)
playlist.move_to_front("Black")
print(playlist)
assert str(playlist) == "Black > Red"
print(playlist.head)
playlist.remove("White")
print(playlist)
