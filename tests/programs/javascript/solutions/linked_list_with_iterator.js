class Node {
  constructor(value, next = null) {
    this.value = value;
    this.next = next;
  }
}

/** Singly linked list. */
class LinkedList {
  constructor(values = []) {
    this.head = null;
    this.length = 0;
    for (const value of values) this.push(value);
  }

  push(value) {
    const node = new Node(value);
    if (!this.head) this.head = node;
    else {
      let last = this.head;
      while (last.next) last = last.next;
      last.next = node;
    }
    this.length++;
    return this;
  }

  unshift(value) {
    this.head = new Node(value, this.head);
    this.length++;
    return this;
  }

  reverse() {
    let previous = null;
    for (let node = this.head; node;) [node.next, previous, node] = [previous, node, node.next];
    this.head = previous;
    return this;
  }

  remove(test) {
    const dummy = new Node(null, this.head);
    for (let node = dummy; node.next;) {
      if (test(node.next.value)) { node.next = node.next.next; this.length--; } else node = node.next;
    }
    this.head = dummy.next;
    return this;
  }

  middle() {
    let slow = this.head, fast = this.head;
    while (fast?.next) { slow = slow.next; fast = fast.next.next; }
    return slow?.value;
  }

  *[Symbol.iterator]() { for (let node = this.head; node; node = node.next) yield node.value; }
  toString() { return [...this, 'null'].join(' -> '); }
  toJSON() { return [...this]; }
}

const list = new LinkedList([3, 1, 4, 1, 5]);
console.log(`${list}`, list.length, list.middle());
console.log(`${list.unshift(9).reverse()}`, JSON.stringify({ list }), Math.max(...list));
console.log(String(list.remove((x) => x === 1)), list.length, [...list].includes(1));
console.log(list);
console.log(String(new LinkedList()), new LinkedList().middle(), new LinkedList('abc').push({ d: 1 }).reverse().length, new LinkedList());
console.assert([...new LinkedList([1, 2]).reverse()].join() === '2,1', 'reverses');
