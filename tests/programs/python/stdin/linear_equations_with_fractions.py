from fractions import Fraction
import re, sys

TERM = re.compile(r'([+-]?)\s*(\d+(?:/\d+|\.\d+)?)?\s*\*?\s*([a-z])?')

def parse(side):
    coef, const = {}, Fraction(0)
    for sign, num, var in TERM.findall(side):
        if not num and not var: continue
        v = Fraction(num or 1) * (-1 if sign == '-' else 1)
        if var: coef[var] = coef.get(var, 0) + v
        else: const += v
    return coef, const

def solve(eqs):
    names = sorted({v for c, _ in eqs for v in c})
    M = [[c.get(v, Fraction(0)) for v in names] + [-k] for c, k in eqs]
    row, pivots = 0, []
    for col in range(len(names)):
        p = next((r for r in range(row, len(M)) if M[r][col]), None)
        if p is None: continue
        M[row], M[p] = M[p], M[row]
        M[row] = [x / M[row][col] for x in M[row]]
        for r in range(len(M)):
            if r != row and M[r][col]:
                f = M[r][col]
                M[r] = [x - f * y for x, y in zip(M[r], M[row])]
        pivots.append(col)
        row += 1
    if any(r[-1] and not any(r[:-1]) for r in M): return 'no solution'
    out = []
    for r, col in zip(M, pivots):
        free = ''.join(f' {"+" if -r[j] > 0 else "-"} {abs(r[j])}*{names[j]}' for j in range(len(names)) if j not in pivots and r[j])
        out.append(f'{names[col]} = {r[-1]}{free}')
    out += [f'{names[j]} is free' for j in range(len(names)) if j not in pivots]
    return '\n'.join(out)

for no, block in enumerate(sys.stdin.read().split('\n\n')):
    eqs = []
    for line in block.strip().splitlines():
        l, r = line.split('=')
        (cl, kl), (cr, kr) = parse(l), parse(r)
        for v in cr: cl[v] = cl.get(v, 0) - cr[v]
        eqs.append((cl, kl - kr))
    print('--', no, len(eqs))
    print(solve(eqs))
