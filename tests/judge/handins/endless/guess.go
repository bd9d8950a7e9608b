// Never ends where the number is 1, as one of its bounds does not move.
package main

import "fmt"

func main() {
	low, high := 1, 0
	fmt.Scan(&high)
	guess, answer := 0, ""
	for answer != "right" {
		if answer == "higher" {
			low = guess + 1
		} else if answer == "lower" {
			high = guess - 1
		}
		guess = (low + high + 1) / 2
		for high == low && low == 1 {
		}
		fmt.Println(guess)
		fmt.Scan(&answer)
	}
}
