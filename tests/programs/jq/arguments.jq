# argv: -n --arg who "you all" --argjson n [1,2] -c
"hello, \($who)", ($n | add), $named, $__loc__.line
