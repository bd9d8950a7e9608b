let comparisons = 0;
const less = (a, b) => { comparisons++; return a < b; };

function bubbleSort(input) {
  const a = [...input];
  for (let n = a.length, swapped = true; swapped; n--) {
    swapped = false;
    for (let i = 1; i < n; i++) {
      if (less(a[i], a[i - 1])) { [a[i - 1], a[i]] = [a[i], a[i - 1]]; swapped = true; }
    }
  }
  return a;
}
function insertionSort(input) {
  const a = [...input];
  for (let i = 1; i < a.length; i++) {
    const x = a[i];
    let j = i;
    while (j > 0 && less(x, a[j - 1])) { a[j] = a[j - 1]; j--; }
    a[j] = x;
  }
  return a;
}

const quickSort = ([pivot, ...rest]) => {
  if (pivot === undefined) return [];
  const small = [], large = [];
  for (const x of rest) (less(x, pivot) ? small : large).push(x);
  return [...quickSort(small), pivot, ...quickSort(large)];
};

function mergeSort(a) {
  if (a.length < 2) return a;
  const middle = a.length >> 1;
  const left = mergeSort(a.slice(0, middle)), right = mergeSort(a.slice(middle));
  const merged = [];
  let i = 0, j = 0;
  while (i < left.length && j < right.length) merged.push(less(right[j], left[i]) ? right[j++] : left[i++]);
  return merged.concat(left.slice(i), right.slice(j));
}

function heapSort(input) {
  const a = [...input];
  const sink = (i, n) => {
    for (let c; (c = 2 * i + 1) < n; i = c) {
      if (c + 1 < n && less(a[c], a[c + 1])) c++;
      if (!less(a[i], a[c])) return;
      [a[i], a[c]] = [a[c], a[i]];
    }
  };
  for (let i = a.length >> 1; i--;) sink(i, a.length);
  for (let n = a.length; --n > 0;) { [a[0], a[n]] = [a[n], a[0]]; sink(0, n); }
  return a;
}

let seed = 12345;
const random = () => (seed = (seed * 16807) % 2147483647) % 1000;
const inputs = { random: Array.from({ length: 60 }, random), sorted: Array.from({ length: 60 }, (_, i) => i), equal: Array(60).fill(7), empty: [], one: [1] };

const results = {};
for (const sort of [bubbleSort, insertionSort, quickSort, mergeSort, heapSort]) {
  results[sort.name] = {};
  for (const [name, input] of Object.entries(inputs)) {
    comparisons = 0;
    const ok = sort(input).join() === [...input].sort((a, b) => a - b).join();
    results[sort.name][name] = ok ? comparisons : 'wrong';
  }
}
console.table(results);
