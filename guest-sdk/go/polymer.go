// Package polymer makes typed tasks for Polymer of Go functions.
//
// A program registers its tasks in init or in variables, and has an empty main:
//
//	func init() {
//		polymer.Register(polymer.Task{Name: "greet", Summary: "Greets somebody.", Run: polymer.JSON(greet)})
//	}
//
//	func greet(name string) (string, error) { return "Hello " + name, nil }
//
//	func main() {}
package polymer

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

// Encoding is how the bytes of inputs and outputs are to be read.
type Encoding uint8

const (
	// JSONEncoding is one JSON value.
	JSONEncoding Encoding = iota
	// MessagePack is one MessagePack value.
	MessagePack
	// Raw is bytes the host does not look into.
	Raw
)

// Wish is a capability that a task would like to have; the operator grants what they choose to.
type Wish struct {
	kind uint8
	name string
}

// WishEnv asks for an environment variable.
func WishEnv(name string) Wish { return Wish{0, name} }

// WishReadDir asks for a directory to read, by the path the task opens.
func WishReadDir(path string) Wish { return Wish{1, path} }

// WishWriteDir asks for a directory to read and write.
func WishWriteDir(path string) Wish { return Wish{2, path} }

// Attempt is the attempt that is being made: the name of its task, the task's id in its run, and its number from 1.
type Attempt struct {
	Task   string
	ID     string
	Number uint32
}

// Task is one task of a module.
type Task struct {
	// Name is unique in its module.
	Name    string
	Version string
	// Summary is one line for people.
	Summary  string
	Encoding Encoding
	// InputSchema and OutputSchema are JSON Schemas, as text; none if empty.
	InputSchema  string
	OutputSchema string
	Wishes       []Wish
	// Run takes the input and gives the output, both in the task's encoding. JSON makes one of a function of values.
	Run func(attempt Attempt, input []byte) ([]byte, error)
}

// Failure says why a task did not succeed. Any other error is one with its text. A panic is one with the code "panic".
type Failure struct {
	Message string
	// Code is for programs.
	Code string
	// Retryable says that another attempt may succeed, RetryAfter after how long at the least.
	Retryable  bool
	RetryAfter time.Duration
	// BadInput blames the input.
	BadInput bool
}

func (failure *Failure) Error() string {
	if failure == nil {
		return "a failure that is nil: return a plain nil for success"
	}
	return failure.Message
}

// JSON makes of a function of values one of bytes. An input that does not fit is blamed.
func JSON[In, Out any](run func(In) (Out, error)) func(Attempt, []byte) ([]byte, error) {
	return JSONAttempt(func(_ Attempt, input In) (Out, error) { return run(input) })
}

// JSONAttempt is JSON for a function that wants to know the attempt.
func JSONAttempt[In, Out any](run func(Attempt, In) (Out, error)) func(Attempt, []byte) ([]byte, error) {
	return func(attempt Attempt, data []byte) ([]byte, error) {
		var input In
		if err := json.Unmarshal(data, &input); err != nil {
			return nil, &Failure{Message: err.Error(), Code: "input", BadInput: true}
		}
		output, err := run(attempt, input)
		if err != nil {
			return nil, err
		}
		return json.Marshal(output)
	}
}

var tasks []Task

// Register adds a task to the module. The first is run where none is named.
func Register(task Task) {
	for _, other := range tasks {
		if other.Name == task.Name {
			panic("two tasks are named " + task.Name)
		}
	}
	tasks = append(tasks, task)
}

func run(attempt Attempt, input []byte) (output []byte, failure *Failure) {
	defer func() {
		// What Sprint asks of the value for its text may panic itself, and Sprint says so.
		if value := recover(); value != nil {
			text := fmt.Sprint(value)
			tellTrace("panic: " + text + "\n\n" + stack(string(debug.Stack())))
			output, failure = nil, &Failure{Message: text, Code: "panic"}
		}
	}()
	for _, task := range tasks {
		if task.Name != attempt.Task {
			continue
		}
		output, err := task.Run(attempt, input)
		if err == nil {
			return output, nil
		}
		var failure *Failure
		// A nil *Failure as an error is no nil error; it must not look like success.
		if !errors.As(err, &failure) || failure == nil {
			failure = &Failure{Message: err.Error()}
		}
		return nil, failure
	}
	return nil, &Failure{Message: "the module has no task named " + attempt.Task, Code: "no_such_task"}
}

// stack is a goroutine's trace without the frames of what recovers from its panic, and of what called the task.
func stack(trace string) string {
	lines := strings.Split(strings.TrimSpace(trace), "\n")
	frames := lines[1:]
	from, to := 0, len(frames)
	for at := 0; at+1 < len(frames); at += 2 {
		if strings.HasPrefix(frames[at], "panic(") {
			from, to = at+2, len(frames)
		}
		if at >= from && strings.Contains(frames[at], "/polymer.") {
			to = min(to, at)
		}
	}
	return lines[0] + "\n" + strings.Join(frames[from:to], "\n")
}
