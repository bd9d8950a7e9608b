package main

import "fmt"

func main() {
	low, high := 1, 0
	fmt.Scan(&high)
	for {
		guess := (low + high) / 2
		fmt.Println(guess)
		var answer string
		fmt.Scan(&answer)
		switch answer {
		case "higher":
			low = guess + 1
		case "lower":
			high = guess - 1
		default:
			return
		}
	}
}
