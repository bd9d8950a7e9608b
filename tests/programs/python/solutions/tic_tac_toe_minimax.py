from functools import lru_cache

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
visited = 0


def winner(board):
    for a, b, c in LINES:
        if board[a] != " " and board[a] == board[b] == board[c]:
            return board[a]
    return None


def moves(board):
    return [i for i, c in enumerate(board) if c == " "]


def play(board, i, who):
    return board[:i] + who + board[i + 1:]


def other(who):
    return "O" if who == "X" else "X"


@lru_cache(maxsize=None)
def minimax(board, who):
    """Value of the position for X: 1, 0 or -1."""
    global visited
    visited += 1
    w = winner(board)
    if w:
        return 1 if w == "X" else -1
    free = moves(board)
    if not free:
        return 0
    values = [minimax(play(board, i, who), other(who)) for i in free]
    return max(values) if who == "X" else min(values)


def best_move(board, who):
    sign = 1 if who == "X" else -1
    return max(moves(board), key=lambda i: (sign * minimax(play(board, i, who), other(who)), -i))


def show(board):
    rows = [" " + " | ".join(board[i:i + 3]) + " " for i in (0, 3, 6)]
    print("\n---+---+---\n".join(rows), end="\n\n")


board, who = " " * 9, "X"
assert minimax(board, who) == 0
print("positions visited:", visited)
while not winner(board) and moves(board):
    i = best_move(board, who)
    print(f"{who} plays {i}")
    board = play(board, i, who)
    who = other(who)
show(board)
print("winner:", winner(board) or "nobody")

# a weak opponent, who always takes the last free square
board, who = " " * 9, "X"
while not winner(board) and moves(board):
    i = best_move(board, who) if who == "X" else moves(board)[-1]
    board = play(board, i, who)
    who = other(who)
show(board)
print("winner:", winner(board))
print("opening values:", [minimax(play(" " * 9, i, "X"), "O") for i in range(9)])
print("replies to a corner:", [minimax(play("X        ", i, "O"), "X") for i in range(1, 9)])
