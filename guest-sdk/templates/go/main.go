// Greets somebody: takes a JSON string, gives a JSON string.
package main

import "{{name}}/polymer"

func init() {
	polymer.Register(polymer.Task{
		Name:    "{{name}}",
		Version: "0.1.0",
		Summary: "Greets somebody.",
		Run:     polymer.JSON(run),
	})
}

func main() {}

func run(name string) (string, error) {
	if name == "" {
		return "", &polymer.Failure{Message: "whom shall I greet?", Code: "name", BadInput: true}
	}
	polymer.Infof("greeting %s", name)
	return "Hello " + name + "!", nil
}
