//go:build !wasm

package polymer

import (
	"fmt"
	"os"
)

func write(level, format string, args []any) {
	fmt.Fprintln(os.Stderr, level+": "+fmt.Sprintf(format, args...))
}

// Debugf writes a line, in tests to stderr.
func Debugf(format string, args ...any) { write("debug", format, args) }

// Infof writes a line, in tests to stderr.
func Infof(format string, args ...any) { write("info", format, args) }

// Warnf writes a line, in tests to stderr.
func Warnf(format string, args ...any) { write("warn", format, args) }

// Errorf writes a line, in tests to stderr.
func Errorf(format string, args ...any) { write("error", format, args) }

func tellTrace(string) {}

// Progress does nothing in tests.
func Progress(done, total uint64) {}
