// Prints for ever.
package main

import (
	"os"
	"strings"
)

func main() {
	line := strings.Repeat("loss\n", 10000)
	for {
		os.Stdout.WriteString(line)
	}
}
