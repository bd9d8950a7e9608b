package main

import "fmt"

func main() {
	var n int
	fmt.Scan(&n)
	// Forgets that there is none for 2 and 3.
	for i := 2; i <= n; i += 2 {
		fmt.Print(i, " ")
	}
	for i := 1; i <= n; i += 2 {
		fmt.Print(i, " ")
	}
	fmt.Println()
}
