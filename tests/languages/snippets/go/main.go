// Runs one of the functions of snippets.go: the input names it.
package main

import "snippets/polymer"

func init() {
	polymer.Register(polymer.Task{Name: "snippets", Run: polymer.JSON(run)})
}

func main() {}

type asked struct{ Code string }

func run(asked asked) (any, error) {
	snippet, found := snippets[asked.Code]
	if !found {
		return nil, &polymer.Failure{Message: "no snippet " + asked.Code, Code: "unknown", BadInput: true}
	}
	return snippet()
}
