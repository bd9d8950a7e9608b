import cmath, math, string

class Vec2:
    """2d vector, format code p for polar, suffix d for degrees: format(v, '.2fpd')"""
    def __init__(self, x, y): self.x, self.y = float(x), float(y)
    def __iter__(self): yield from (self.x, self.y)
    def __complex__(self): return complex(self.x, self.y)
    def __format__(self, spec=''):
        deg = spec.endswith('pd')
        if deg: spec = spec[:-1]
        if spec.endswith('p'):
            r, phi = cmath.polar(complex(self))
            coords = r, math.degrees(phi) if deg else phi
            outer = '<{}, {}°>' if deg else '<{}, {}>'
            spec = spec[:-1]
        else:
            coords, outer = self, '({}, {})'
        return outer.format(*(format(c, spec) for c in coords))
    def __repr__(self): return 'Vec2({!r}, {!r})'.format(*self)
    def __str__(self): return str(tuple(self))

v = Vec2(3, 4)
print(v, repr(v), format(v), f'{v:.2f}', f'{v:.3e}', f'{v:.10gp}', f'{v:.3fp}', f'{v:.1fpd}', f'{Vec2(-1, 0):.2fpd}')
print('{0.x} {0.y:>8.3f} {0!r}'.format(v), complex(v), eval(repr(v)).x)

class Table(string.Formatter):
    # adds a default for missing keys and the conversion !u for upper case
    def get_value(self, key, args, kw):
        if isinstance(key, str): return kw.get(key, f'<{key}?>')
        return args[key] if key < len(args) else '<missing>'
    def convert_field(self, value, conversion):
        return str(value).upper() if conversion == 'u' else super().convert_field(value, conversion)

f = Table()
print(f.format('{0} {name!u} {other} {1:>5}|{5}', 'a', 42, name='bob'))
print(list(string.Formatter().parse('x {a.b[0]!r:>{w}} {{}} y')))
t = string.Template('$who owes ${what}s $$5 to $other')
print(t.safe_substitute(who='Ann', what='dollar'), t.get_identifiers(), t.is_valid())
for bad in (lambda: t.substitute(who='x'), lambda: string.Template('$ 5').substitute(), lambda: f'{v:zz}', lambda: '{} {}'.format(1), lambda: '{0} {}'.format(1), lambda: '{a}'.format()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(string.capwords('the quick  brown fox'), string.ascii_letters[::13], string.hexdigits, repr(string.whitespace))
