/**
 * A binary search tree with deletion and several walks.
 */
class BinarySearchTree {
  root = null;
  size = 0;

  insert(key) {
    const node = { key, left: null, right: null };
    if (!this.root) {
      this.root = node;
      this.size++;
      return this;
    }
    for (let at = this.root; ;) {
      if (key === at.key) return this;
      const side = key < at.key ? 'left' : 'right';
      if (!at[side]) {
        at[side] = node;
        this.size++;
        return this;
      }
      at = at[side];
    }
  }

  has(key, node = this.root) {
    if (!node) return false;
    return node.key === key || this.has(key, key < node.key ? node.left : node.right);
  }

  delete(key) {
    const remove = (node, key) => {
      if (!node) return null;
      if (key < node.key) return { ...node, left: remove(node.left, key) };
      if (key > node.key) return { ...node, right: remove(node.right, key) };
      if (!node.left || !node.right) return node.left ?? node.right;
      let next = node.right;
      while (next.left) next = next.left;
      return { key: next.key, left: node.left, right: remove(node.right, next.key) };
    };
    if (this.has(key)) this.size--;
    this.root = remove(this.root, key);
    return this;
  }

  *inOrder(node = this.root) { if (node) { yield* this.inOrder(node.left); yield node.key; yield* this.inOrder(node.right); } }
  *preOrder(node = this.root) { if (node) { yield node.key; yield* this.preOrder(node.left); yield* this.preOrder(node.right); } }
  *levels() {
    for (let level = [this.root].filter(Boolean); level.length; level = level.flatMap((n) => [n.left, n.right]).filter(Boolean)) yield level.map((n) => n.key);
  }
  height(node = this.root) { return node ? 1 + Math.max(this.height(node.left), this.height(node.right)) : 0; }
}

const tree = new BinarySearchTree();
for (const key of [50, 30, 70, 20, 40, 60, 80, 30, 65]) tree.insert(key);
console.log(tree.size, tree.height(), [...tree.inOrder()].join(' '), '|', [...tree.preOrder()].join(' '));
console.log([...tree.levels()]);
console.log(tree.has(60), tree.has(61), tree.delete(50).delete(20).delete(99).size, [...tree.preOrder()]);
console.log(tree);
console.dir(tree.root, { depth: null });
const words = new BinarySearchTree();
'the quick brown fox jumps over the lazy dog'.split(' ').forEach((word) => words.insert(word));
console.log([...words.inOrder()], words.size);
