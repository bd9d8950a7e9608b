import sys
from functools import lru_cache, cache, wraps
n=int(sys.stdin.readline())

def memo(f):
    d={}
    @wraps(f)
    def g(*a):
        if a not in d: d[a]=f(*a)
        return d[a]
    g.d=d
    return g

@memo
def fib(n): return n if n<2 else fib(n-1)+fib(n-2)

@lru_cache(maxsize=4)
def fib2(n): return n if n<2 else fib2(n-1)+fib2(n-2)

@cache
def binom(n,k):
    if k in(0,n): return 1
    return binom(n-1,k-1)+binom(n-1,k)

def fib3(n, m={0:0,1:1}):   # mutable default on purpose
    if n not in m: m[n]=fib3(n-1)+fib3(n-2)
    return m[n]

class Memo(dict):
    def __init__(self,f): self.f=f
    def __missing__(self,k):
        v=self[k]=self.f(k)
        return v

collatz=Memo(lambda k: 0 if k==1 else 1+collatz[k//2 if k%2==0 else 3*k+1])

print(fib(n),fib2(n),fib3(n))
print(len(fib.d),fib2.cache_info(),len(fib3.__defaults__[0]))
print(binom(n,n//3),binom.cache_info().currsize)
print(max(range(1,3000),key=collatz.__getitem__),len(collatz))
fib2.cache_clear(); print(fib2.cache_info(), fib2.cache_parameters())

@lru_cache(maxsize=None,typed=True)
def kind(x): return type(x).__name__
print(kind(1),kind(1.0),kind(True),kind(1),kind.cache_info())
try: binom([1],2)
except TypeError as e: print("TypeError:",e)
for line in sys.stdin:
    k=int(line)
    print(k,collatz[k],fib(k%90))
