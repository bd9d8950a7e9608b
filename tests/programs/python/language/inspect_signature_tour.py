import functools
import inspect
from inspect import Parameter, Signature, signature

def sample(a, /, b: int, c=3, *args: str, d, e: "float" = 1.5, **kw) -> bool:
    """A function with
        every kind of parameter.
    """
    return True

sig = signature(sample)
print(sig)
for p in sig.parameters.values():
    default = "-" if p.default is Parameter.empty else repr(p.default)
    note = "-" if p.annotation is Parameter.empty else inspect.formatannotation(p.annotation)
    print(f"  {p.name:<5}{p.kind.description:<22}{default:<6}{note}")
print(sig.return_annotation, inspect.getdoc(sample).splitlines(), inspect.cleandoc("  x\n    y\n  z").split("\n"))

bound = sig.bind(1, 2, d=4, extra=5)
print(bound.arguments)
bound.apply_defaults()
print(bound.args, bound.kwargs)
for args, kwargs in [((), {}), ((1, 2), {}), ((1, 2), {"d": 1, "b": 3})]:
    try:
        sig.bind(*args, **kwargs)
    except TypeError as e:
        print("TypeError:", e)
print(sig.bind_partial(1).arguments, sig.replace(return_annotation=None, parameters=list(sig.parameters.values())[:2]))

def enforce(func):
    """Check argument types against the annotations."""
    s = signature(func)

    @functools.wraps(func)
    def wrapper(*a, **k):
        for name, value in s.bind(*a, **k).arguments.items():
            want = s.parameters[name].annotation
            if isinstance(want, type) and want is not Parameter.empty and not isinstance(value, want):
                raise TypeError(f"{func.__name__}: {name} should be {want.__name__}, not {type(value).__name__}")
        return func(*a, **k)
    return wrapper

@enforce
def repeat(text: str, times: int = 2):
    return text * times

print(repeat("ab"), repeat(times=1, text="x"), signature(repeat))
try:
    repeat("ab", "3")
except TypeError as e:
    print(e)

class Thing:
    def __init__(self, size, *, color="red"): ...
    def method(self, x): ...
    @classmethod
    def build(cls, *parts): ...
    @staticmethod
    def util(y=0): ...
    def __call__(self, z, *rest): ...

print(signature(Thing), signature(Thing.method), signature(Thing(1).method), signature(Thing.build), signature(Thing.util), signature(Thing(1)))
print(signature(functools.partial(sample, 1, d=2)), signature(lambda *a, k=0: 0), signature(len), signature(sorted))
try:
    signature(5)
except TypeError as e:
    print(e)

params = [Parameter("x", Parameter.POSITIONAL_OR_KEYWORD), Parameter("y", Parameter.KEYWORD_ONLY, default=[])]
print(Signature(params, return_annotation=int))
try:
    Signature(params[::-1])
except ValueError as e:
    print(e)
print([n for n, f in inspect.getmembers(Thing, inspect.isfunction)], [(a.name, a.kind) for a in inspect.classify_class_attrs(Thing) if a.defining_class is Thing and not a.name.startswith("__")])
print(inspect.isgeneratorfunction(lambda: (yield)), inspect.isbuiltin(len), inspect.isclass(Thing), inspect.ismethod(Thing.build), inspect.isroutine(str.join))
