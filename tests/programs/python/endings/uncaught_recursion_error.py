class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next

    def length(self):
        return 1 if self.next is None else 1 + self.next.length()


def build(n):
    head = None
    for i in range(n):
        head = Node(i, head)
    return head


short = build(50)
print("short list:", short.length())

ring = build(3)
ring.next.next.next = ring
print("first values:", ring.value, ring.next.value, ring.next.next.value, ring.next.next.next.value)
# A list that bites its own tail has no length.
print("ring:", ring.length())
