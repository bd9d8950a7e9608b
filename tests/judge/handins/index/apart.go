// Its list is too short for a thousand.
package main

import "fmt"

func main() {
	var n int
	fmt.Scan(&n)
	if n == 2 || n == 3 {
		fmt.Println("impossible")
		return
	}
	var order [100]int
	place := 0
	for first := 2; first > 0; first-- {
		for i := first; i <= n; i += 2 {
			order[place] = i
			place++
		}
	}
	fmt.Println(fmt.Sprint(order[:n])[1 : len(fmt.Sprint(order[:n]))-1])
}
