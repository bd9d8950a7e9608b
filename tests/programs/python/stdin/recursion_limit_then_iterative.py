"""A list of N links: the recursive length fails, the loop does not."""


def recursive_length(links, node):
    if node == -1:
        return 0
    return 1 + recursive_length(links, links[node])


def loop_length(links, node):
    n = 0
    while node != -1:
        n += 1
        node = links[node]
    return n


for case in range(int(input())):
    n = int(input())
    links = [i + 1 for i in range(n)]
    if n:
        links[-1] = -1
    start = 0 if n else -1
    try:
        print(f"Case #{case + 1}: recursive {recursive_length(links, start)}")
    except RecursionError as e:
        print(f"Case #{case + 1}: {type(e).__name__}, the loop says {loop_length(links, start)}")
