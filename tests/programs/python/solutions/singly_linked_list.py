class Node:
    def __init__(self, data, next=None):
        self.data = data
        self.next = next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        for item in reversed(list(items)):
            self.head = Node(item, self.head)

    def __iter__(self):
        node = self.head
        while node:
            yield node.data
            node = node.next

    def __len__(self):
        return sum(1 for _ in self)

    def __str__(self):
        return " -> ".join([str(x) for x in self] + ["None"])

    def append(self, data):
        if self.head is None:
            self.head = Node(data)
            return
        node = self.head
        while node.next:
            node = node.next
        node.next = Node(data)

    def insert_at(self, index, data):
        if index < 0 or index > len(self):
            raise IndexError("index out of range")
        if index == 0:
            self.head = Node(data, self.head)
            return
        node = self.head
        for _ in range(index - 1):
            node = node.next
        node.next = Node(data, node.next)

    def remove(self, data):
        prev, node = None, self.head
        while node and node.data != data:
            prev, node = node, node.next
        if node is None:
            return False
        if prev:
            prev.next = node.next
        else:
            self.head = node.next
        return True

    def reverse(self):
        prev, node = None, self.head
        while node:
            node.next, prev, node = prev, node, node.next
        self.head = prev

    def middle(self):
        slow = fast = self.head
        while fast and fast.next:
            slow, fast = slow.next, fast.next.next
        return slow.data if slow else None

    def has_cycle(self):
        slow = fast = self.head
        while fast and fast.next:
            slow, fast = slow.next, fast.next.next
            if slow is fast:
                return True
        return False


def merge(a, b):
    """Merge two sorted lists into a new one."""
    dummy = tail = Node(None)
    p, q = a.head, b.head
    while p and q:
        if p.data <= q.data:
            tail.next, p = Node(p.data), p.next
        else:
            tail.next, q = Node(q.data), q.next
        tail = tail.next
    while rest := p or q:
        tail.next = Node(rest.data)
        tail = tail.next
        p, q = rest.next, None
    result = LinkedList()
    result.head = dummy.next
    return result


ll = LinkedList([1, 2, 3])
ll.append(4)
ll.insert_at(0, 0)
ll.insert_at(3, 2.5)
print(ll, len(ll), ll.middle())
ll.reverse()
print(ll)
print(ll.remove(4), ll.remove(99), ll.remove(0), ll)
print(merge(LinkedList([1, 4, 9, 16]), LinkedList([2, 4, 8, 16, 32])))
print(LinkedList(), LinkedList().middle(), 2.5 in ll)
ring = LinkedList("abc")
ring.head.next.next.next = ring.head.next
print(ring.has_cycle(), ll.has_cycle())
try:
    ll.insert_at(17, "x")
except IndexError as err:
    print("Error:", err)
