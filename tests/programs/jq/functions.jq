# argv: -nr
def fib: if . < 2 then . else (. - 1 | fib) + (. - 2 | fib) end;
def twice(f): f | f;
(15 | fib), (3 | twice(. * .)), ([range(10)] | map(select(. % 2 == 0)) | map(tostring) | join(","))
