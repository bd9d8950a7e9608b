/**
 * Solves a sudoku by constraint and backtracking: always the cell with the fewest candidates.
 * @param {string} puzzle 81 characters, 0 or . for empty
 * @returns {string|null}
 */
function solve(puzzle) {
  const board = [...puzzle].map((c) => Number(c) || 0);
  let guesses = 0;

  const candidates = (index) => {
    const row = Math.floor(index / 9), column = index % 9;
    const used = new Set();
    for (let i = 0; i < 9; i++) {
      used.add(board[row * 9 + i]);
      used.add(board[i * 9 + column]);
      used.add(board[(row - (row % 3) + Math.floor(i / 3)) * 9 + column - (column % 3) + (i % 3)]);
    }
    return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((n) => !used.has(n));
  };

  const search = () => {
    let best = -1, options = null;
    for (let i = 0; i < 81; i++) {
      if (board[i]) continue;
      const found = candidates(i);
      if (!options || found.length < options.length) [best, options] = [i, found];
      if (options.length < 2) break;
    }
    if (best < 0) return true;
    for (const n of options) {
      if (options.length > 1) guesses++;
      board[best] = n;
      if (search()) return true;
    }
    board[best] = 0;
    return false;
  };

  return search() ? { solution: board.join(''), guesses } : null;
}

const show = (board) => board.match(/.{9}/g).map((row, y) => (y % 3 ? '' : y ? '------+-------+------\n' : '') + row.match(/.{3}/g).map((box) => [...box].join(' ')).join(' | ')).join('\n');

const isValid = (board) => {
  const rows = board.match(/.{9}/g);
  const columns = [...rows[0]].map((_, x) => rows.map((row) => row[x]).join(''));
  const boxes = [0, 3, 6].flatMap((y) => [0, 3, 6].map((x) => rows.slice(y, y + 3).map((row) => row.slice(x, x + 3)).join('')));
  return [...rows, ...columns, ...boxes].every((group) => new Set(group).size === 9 && !group.includes('0'));
};

const puzzle = '530070000600195000098000060800060003400803001700020006060000280000419005000080079';
const { solution, guesses } = solve(puzzle);
console.log(show(puzzle.replaceAll('0', '.')));
console.log();
console.log(show(solution));
console.log('valid:', isValid(solution), 'guesses:', guesses);
console.log(solve('12345678' + '0'.repeat(9) + '9' + '0'.repeat(63)), isValid(puzzle));
const hard = solve('000000907000420180000705026100904000050000040000507009920108000034059000507000000');
console.log(hard.solution, isValid(hard.solution));
