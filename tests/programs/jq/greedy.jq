# verdict: memory_exceeded
# argv: -n
[range(1000000000)]
