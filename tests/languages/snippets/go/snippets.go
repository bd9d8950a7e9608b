package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"snippets/polymer"
)

type point struct {
	X, Y int
}

type shopError struct{ what string }

func (e shopError) Error() string { return "shop: " + e.what }

type named string

type shown struct{ n int }

func (s shown) String() string { return "shown " + strconv.Itoa(s.n) }

type badText struct{}

func (badText) Error() string { panic("no text") }

type animal interface{ Meow() string }

func zero() int { return len(os.Args) * 0 }

func deep(n int) int {
	if n == 0 {
		var m map[string]int
		m["x"] = 1
	}
	return deep(n-1) + 1
}

func forever(n int) int { return forever(n+1) + 1 }

func (p *point) norm() int { return p.X*p.X + p.Y*p.Y }

func wrapped() error {
	_, err := strconv.Atoi("twelve")
	return fmt.Errorf("row 7: %w", err)
}

var snippets = map[string]func() (any, error){
	// Values and prints.
	"value-int":    func() (any, error) { return 42, nil },
	"value-text":   func() (any, error) { return "text", nil },
	"value-struct": func() (any, error) { return point{1, 2}, nil },
	"value-map":    func() (any, error) { return map[string]any{"a": []int{1, 2}, "b": nil}, nil },
	"value-nil":    func() (any, error) { return nil, nil },
	"print-line":   func() (any, error) { fmt.Println("hello"); return 1, nil },
	"print-two":    func() (any, error) { fmt.Println("out"); fmt.Fprintln(os.Stderr, "err"); return 1, nil },
	"print-half":   func() (any, error) { fmt.Print("half"); return 1, nil },
	"print-builtin": func() (any, error) { println("built in", 1); return 1, nil },
	"print-log":    func() (any, error) { log.SetFlags(0); log.Print("logged"); return 1, nil },
	"print-levels": func() (any, error) { polymer.Infof("i %d", 1); polymer.Warnf("w"); return 1, nil },

	// Errors.
	"error-new":     func() (any, error) { return nil, errors.New("just no") },
	"error-wrapped": func() (any, error) { return nil, wrapped() },
	"error-joined":  func() (any, error) { return nil, errors.Join(errors.New("one"), errors.New("two")) },
	"error-type":    func() (any, error) { return nil, shopError{"closed"} },
	"error-file":    func() (any, error) { _, err := os.ReadFile("/no/such/file"); return nil, err },
	"error-path":    func() (any, error) { return nil, &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission} },
	"error-json":    func() (any, error) { var v any; return nil, json.Unmarshal([]byte("{"), &v) },
	"failure":       func() (any, error) { return nil, &polymer.Failure{Message: "no such word", Code: "word"} },
	"failure-input": func() (any, error) {
		return nil, &polymer.Failure{Message: "empty", Code: "empty", BadInput: true}
	},
	"failure-wrapped": func() (any, error) {
		return nil, fmt.Errorf("outer: %w", &polymer.Failure{Message: "inner", Code: "inner"})
	},
	"failure-nil": func() (any, error) { var failure *polymer.Failure; return nil, failure },

	// Panics.
	"panic-text":   func() (any, error) { panic("boom") },
	"panic-error":  func() (any, error) { panic(errors.New("an error")) },
	"panic-type":   func() (any, error) { panic(shopError{"burnt down"}) },
	"panic-int":    func() (any, error) { panic(42) },
	"panic-named":  func() (any, error) { panic(named("own text")) },
	"panic-shown":  func() (any, error) { panic(shown{7}) },
	"panic-struct": func() (any, error) { panic(point{1, 2}) },
	"panic-nil":    func() (any, error) { panic(nil) },
	"panic-bad":    func() (any, error) { panic(badText{}) },
	"panic-lines":  func() (any, error) { panic("one\ntwo") },
	"panic-long":   func() (any, error) { panic(strings.Repeat("x", 3000)) },
	"panic-format": func() (any, error) { panic(fmt.Sprintf("row %d", 7)) },
	"panic-index":  func() (any, error) { return []int{1, 2}[zero()+5], nil },
	"panic-slice":  func() (any, error) { return []int{1, 2}[zero()+2 : zero()+1], nil },
	"panic-divide": func() (any, error) { return 1 / zero(), nil },
	"panic-map":    func() (any, error) { return deep(3), nil },
	"panic-nil-pointer": func() (any, error) { var p *point; return p.norm(), nil },
	"panic-nil-function": func() (any, error) { var f func(); f(); return nil, nil },
	"panic-assert":  func() (any, error) { var x any = "text"; return x.(int), nil },
	"panic-method":  func() (any, error) { var x any = 1; return x.(animal).Meow(), nil },
	"panic-closed":  func() (any, error) { c := make(chan int); close(c); close(c); return nil, nil },
	"panic-send":    func() (any, error) { c := make(chan int); close(c); c <- 1; return nil, nil },
	"panic-make":    func() (any, error) { return len(make([]int, zero()-1)), nil },
	"panic-unhashable": func() (any, error) { m := map[any]int{}; m[[]int{1}] = 1; return m, nil },
	"panic-defer":   func() (any, error) { defer fmt.Println("deferred"); panic("after") },
	"panic-again":   func() (any, error) { defer func() { panic(fmt.Sprint("second, of ", recover())) }(); panic("first") },
	"panic-wait":    func() (any, error) { var group sync.WaitGroup; group.Done(); return nil, nil },
	"recovered": func() (value any, err error) {
		defer func() { value = fmt.Sprint("saved from ", recover()) }()
		panic("boom")
	},

	// Exits, and what no program survives.
	"exit-3":       func() (any, error) { fmt.Println("bye"); os.Exit(3); return nil, nil },
	"exit-0":       func() (any, error) { os.Exit(0); return nil, nil },
	"exit-fatal":   func() (any, error) { log.SetFlags(0); log.Fatal("cannot go on"); return nil, nil },
	"exit-panic":   func() (any, error) { go func() { panic("elsewhere") }(); time.Sleep(time.Second); return nil, nil },
	"exit-dead":    func() (any, error) { <-make(chan int); return nil, nil },
	"exit-lock":    func() (any, error) { var lock sync.Mutex; lock.Unlock(); return nil, nil },
	"exit-goroutine": func() (any, error) { runtime.Goexit(); return nil, nil },
	"loop":         func() (any, error) { fmt.Println("start"); for { zero() } },
	"memory":       func() (any, error) { var all [][]byte; for { all = append(all, make([]byte, 1<<20)) } },
	"recursion":    func() (any, error) { return forever(zero()), nil },

	// What cannot be returned.
	"return-channel":  func() (any, error) { return make(chan int), nil },
	"return-function": func() (any, error) { return func() {}, nil },
	"return-nan":      func() (any, error) { return math.NaN(), nil },
	"return-circle":   func() (any, error) { type node struct{ Next *node }; n := &node{}; n.Next = n; return n, nil },

	// Letters.
	"unicode-print": func() (any, error) { fmt.Println("žluťoučký kůň 日本語 🦊"); return 1, nil },
	"unicode-panic": func() (any, error) { panic("žluťoučký 🦊") },
	"unicode-error": func() (any, error) { return nil, errors.New("日本") },
	"unicode-bytes": func() (any, error) { panic("half \xff") },
}
