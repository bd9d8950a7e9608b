// The conformance task in Go, as a program: stdin in, stdout out.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

type words struct {
	Bytes int `json:"bytes"`
	Words int `json:"words"`
	Lines int `json:"lines"`
}

func fib(n uint64) uint64 {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func leave(message string, code int) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		leave(err.Error(), 2)
	}
	return n
}

func conformance(text string) any {
	what, rest, _ := strings.Cut(text, " ")
	switch what {
	case "words":
		isSpace := func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }
		return words{len(rest), len(strings.FieldsFunc(rest, isSpace)), strings.Count(rest, "\n")}
	case "fib":
		return fib(uint64(number(rest)))
	case "fail":
		leave("asked to fail", 1)
	case "retry":
		attempt := os.Getenv("POLYMER_ATTEMPT")
		if attempt == "1" {
			leave("not yet", 1)
		}
		return "attempt " + attempt
	case "panic":
		panic("asked to panic")
	case "spin":
		for {
		}
	case "log":
		for line := 1; line <= number(rest); line++ {
			fmt.Fprintf(os.Stderr, "line %d\n", line)
		}
		return number(rest)
	case "big":
		return strings.Repeat("x", number(rest))
	}
	leave("what is "+what+"?", 2)
	return nil
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		leave(err.Error(), 1)
	}
	if len(os.Args) > 1 && os.Args[1] == "bytes" {
		slices.Reverse(input)
		os.Stdout.Write(input)
		return
	}
	output, err := json.Marshal(conformance(string(input)))
	if err != nil {
		leave(err.Error(), 1)
	}
	os.Stdout.Write(output)
}
