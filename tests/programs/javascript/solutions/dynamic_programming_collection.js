/**
 * Fewest coins that make up an amount, and which ones.
 * @param {number[]} coins
 * @param {number} amount
 */
function makeChange(coins, amount) {
  const best = [[]];
  for (let a = 1; a <= amount; a++) {
    for (const coin of coins) {
      const rest = best[a - coin];
      if (rest && (!best[a] || rest.length + 1 < best[a].length)) best[a] = [...rest, coin];
    }
  }
  return best[amount] ?? null;
}

/** In how many ways an amount can be made up. */
const countWays = (coins, amount) =>
  coins.reduce((ways, coin) => {
    for (let a = coin; a <= amount; a++) ways[a] += ways[a - coin];
    return ways;
  }, [1, ...Array(amount).fill(0)])[amount];

/** Longest common subsequence of two strings. */
function lcs(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => Array(b.length + 1).fill(''));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i][j] = a[i - 1] === b[j - 1]
        ? table[i - 1][j - 1] + a[i - 1]
        : [table[i - 1][j], table[i][j - 1]].reduce((x, y) => (y.length > x.length ? y : x));
    }
  }
  return table[a.length][b.length];
}

/** Largest sum of neighbouring numbers (Kadane). */
function maxSubarray(numbers) {
  let best = { sum: -Infinity };
  for (let sum = 0, start = 0, i = 0; i < numbers.length; i++) {
    if (sum < 0) { sum = 0; start = i; }
    sum += numbers[i];
    if (sum > best.sum) best = { sum, from: start, to: i };
  }
  return best;
}

/** Paths through a grid with obstacles, memoised with a Map. */
function countPaths(grid) {
  const memo = new Map();
  const from = (y, x) => {
    if (grid[y]?.[x] !== '.') return 0n;
    if (y === grid.length - 1 && x === grid[0].length - 1) return 1n;
    const key = y * 1000 + x;
    if (!memo.has(key)) memo.set(key, from(y + 1, x) + from(y, x + 1));
    return memo.get(key);
  };
  return from(0, 0);
}

console.log(makeChange([1, 5, 10, 25], 63), makeChange([5, 7], 13), makeChange([4, 3, 1], 6), makeChange([2], 0));
console.log(countWays([1, 2, 5, 10, 20, 50, 100, 200], 200), countWays([3], 4));
console.log(lcs('AGGTABXXYZ', 'GXTXAYBZ'), lcs('abc', 'xyz') === '');
console.log(maxSubarray([-2, 1, -3, 4, -1, 2, 1, -5, 4]), maxSubarray([-3, -1, -2]), maxSubarray([]));
console.log(countPaths(['....', '.#..', '...#', '#...']), countPaths(Array(20).fill('.'.repeat(20))), countPaths(['#']));
