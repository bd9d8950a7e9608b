package main

import "fmt"

// Totals of years need more than the 31 bits of an int32.
func main() {
	var n, x, a, c, m, h int64
	fmt.Scan(&n, &x, &a, &c, &m, &h)
	var best, total int32
	for ; n > 0; n-- {
		total = max(total+int32(x-h), 0)
		best = max(best, total)
		x = (a*x + c) % m
	}
	if best > 0 {
		fmt.Println(best)
	} else {
		fmt.Println("loss")
	}
}
