// The conformance task in Go, typed.
package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conformance/polymer"
)

func init() {
	polymer.Register(polymer.Task{
		Name:        "conformance",
		Summary:     "The same in every language.",
		InputSchema: `{"type":"string"}`,
		Run:         polymer.JSONAttempt(conformance),
	})
	polymer.Register(polymer.Task{
		Name:     "bytes",
		Summary:  "Bytes in reverse order.",
		Encoding: polymer.Raw,
		Run: func(_ polymer.Attempt, input []byte) ([]byte, error) {
			output := bytes.Clone(input)
			slices.Reverse(output)
			return output, nil
		},
	})
}

func main() {}

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

func conformance(attempt polymer.Attempt, text string) (any, error) {
	what, rest, _ := strings.Cut(text, " ")
	switch what {
	case "words":
		isSpace := func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }
		return words{len(rest), len(strings.FieldsFunc(rest, isSpace)), strings.Count(rest, "\n")}, nil
	case "fib":
		n, err := strconv.ParseUint(rest, 10, 64)
		return fib(n), err
	case "fail":
		return nil, &polymer.Failure{Message: "asked to fail", Code: "asked"}
	case "retry":
		if attempt.Number == 1 {
			return nil, &polymer.Failure{Message: "not yet", Code: "early", Retryable: true}
		}
		return fmt.Sprintf("attempt %d", attempt.Number), nil
	case "panic":
		panic("asked to panic")
	case "spin":
		for {
		}
	case "log":
		n, err := strconv.Atoi(rest)
		for line := 1; line <= n; line++ {
			polymer.Infof("line %d", line)
		}
		return n, err
	case "big":
		n, err := strconv.Atoi(rest)
		return strings.Repeat("x", n), err
	}
	return nil, &polymer.Failure{Message: "what is " + what + "?", Code: "unknown", BadInput: true}
}
