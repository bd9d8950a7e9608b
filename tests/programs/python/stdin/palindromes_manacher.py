def manacher(s):
    t = '^#' + '#'.join(s) + '#$'
    p = [0] * len(t)
    c = r = 0
    for i in range(1, len(t) - 1):
        if r > i: p[i] = min(r - i, p[2 * c - i])
        while t[i + p[i] + 1] == t[i - p[i] - 1]: p[i] += 1
        if i + p[i] > r: c, r = i, i + p[i]
    return p

try:
    while 1:
        s = input()
        if not s:
            print('(empty)'); continue
        p = manacher(s)
        k = max(p)
        i = p.index(k)
        print(k, s[(i - k) // 2:(i + k) // 2] if k < 60 else '...', sum((x + 1) // 2 for x in p), sep=' : ')
except EOFError: pass
