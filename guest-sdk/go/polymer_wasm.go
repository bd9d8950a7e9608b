// The canonical ABI of the contract, by hand.
//
// Go's runtime makes four things hard. Pointers have 64 bits on GOARCH=wasm, so what the host reads is written with uint32. The
// adapter allocates by cabi_realloc before the runtime has started, when only sbrk works. While cabi_realloc runs the
// component may call no import, but a garbage collection reads clocks: so there is none but inside run, and the adapter's clock stands
// still around the allocation. And what the host was given has to stay where it is until it says that it is done.

package polymer

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"unsafe"
)

//go:linkname sbrk runtime.sbrk
func sbrk(n uintptr) unsafe.Pointer

//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(paused bool)

//go:wasmimport polymer:task/host@0.1.1 log
func hostLog(level uint32, text unsafe.Pointer, length uint32)

//go:wasmimport polymer:task/host@0.1.1 progress
func hostProgress(done, total uint64)

//go:wasmimport polymer:task/host@0.1.1 trace
func hostTrace(text unsafe.Pointer, length uint32)

func tellTrace(text string) {
	text = strings.ToValidUTF8(text, "\ufffd")
	hostTrace(unsafe.Pointer(unsafe.StringData(text)), uint32(len(text)))
}

func write(level uint32, text string) {
	text = strings.ToValidUTF8(text, "\ufffd")
	hostLog(level, unsafe.Pointer(unsafe.StringData(text)), uint32(len(text)))
}

// Debugf writes a line to the log of the attempt, for the author of the task.
func Debugf(format string, args ...any) { write(0, fmt.Sprintf(format, args...)) }

// Infof writes a line to the log of the attempt, for whoever runs it.
func Infof(format string, args ...any) { write(1, fmt.Sprintf(format, args...)) }

// Warnf writes a line about what is off.
func Warnf(format string, args ...any) { write(2, fmt.Sprintf(format, args...)) }

// Errorf writes a line about what failed.
func Errorf(format string, args ...any) { write(3, fmt.Sprintf(format, args...)) }

// Progress tells how far the attempt has come: a hint for a display.
func Progress(done, total uint64) { hostProgress(done, total) }

var started bool

func init() {
	debug.SetGCPercent(-1)
	started = true
}

// What the host wrote for a call, and what it reads of one.
var given, kept [][]byte

//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, oldLength, align, length uint32) unsafe.Pointer {
	if old != nil || oldLength != 0 {
		panic("the host grows what it allocated")
	}
	if !started {
		at := uintptr(sbrk(uintptr(length + align)))
		return unsafe.Pointer((at + uintptr(align) - 1) &^ (uintptr(align) - 1))
	}
	pauseClock(true)
	// Of words, so that it is aligned as anything may have to be.
	words := make([]uint64, (length+7)/8+1)
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), length)
	given = append(given, bytes)
	pauseClock(false)
	return unsafe.Pointer(&words[0])
}

// taken is what the host wrote at a place.
func taken(at unsafe.Pointer, length uint32) []byte {
	if length == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(at), length)
}

type text struct{ at, length uint32 }

func place(bytes []byte) text {
	if len(bytes) == 0 {
		return text{1, 0}
	}
	kept = append(kept, bytes)
	return text{uint32(uintptr(unsafe.Pointer(&bytes[0]))), uint32(len(bytes))}
}

type optional struct {
	some  uint32
	value text
}

func some(value string) optional {
	if value == "" {
		return optional{}
	}
	return optional{1, place([]byte(value))}
}

type wish struct {
	kind uint32
	name text
}

type info struct {
	name, version, summary text
	encoding               uint32
	input, output          optional
	wishes                 text
}

var described struct{ at, length uint32 }
var infos []info
var wishes [][]wish

//go:wasmexport polymer:task/guest@0.1.1#describe
func describe() unsafe.Pointer {
	infos, wishes = make([]info, len(tasks)), nil
	for at, task := range tasks {
		own := make([]wish, len(task.Wishes))
		for at, asked := range task.Wishes {
			own[at] = wish{uint32(asked.kind), place([]byte(asked.name))}
		}
		wishes = append(wishes, own)
		infos[at] = info{
			name:     place([]byte(task.Name)),
			version:  place([]byte(task.Version)),
			summary:  place([]byte(task.Summary)),
			encoding: uint32(task.Encoding),
			input:    some(task.InputSchema),
			output:   some(task.OutputSchema),
			wishes:   list(unsafe.Pointer(unsafe.SliceData(own)), len(own)),
		}
	}
	all := list(unsafe.Pointer(unsafe.SliceData(infos)), len(infos))
	described.at, described.length = all.at, all.length
	return unsafe.Pointer(&described)
}

func list(at unsafe.Pointer, length int) text {
	if length == 0 {
		return text{4, 0}
	}
	return text{uint32(uintptr(at)), uint32(length)}
}

//go:wasmexport cabi_post_polymer:task/guest@0.1.1#describe
func describedPost(unsafe.Pointer) { infos, wishes, kept = nil, nil, nil }

// A result of run: an output, or a failure, whose time has 64 bits and is aligned so.
var returned struct {
	failed  uint32
	_       uint32
	first   text
	code    optional
	retry   uint32
	after   uint64
	afterMs uint64
	blamed  uint64
}

//go:wasmexport polymer:task/guest@0.1.1#run
func exportRun(
	task unsafe.Pointer, taskLength uint32, id unsafe.Pointer, idLength, number uint32, input unsafe.Pointer, length uint32,
) unsafe.Pointer {
	attempt := Attempt{string(taken(task, taskLength)), string(taken(id, idLength)), number}
	data := taken(input, length)
	debug.SetGCPercent(100)
	output, failure := run(attempt, data)
	collect()
	returned.failed = 0
	if failure == nil {
		returned.first = place(output)
		return unsafe.Pointer(&returned)
	}
	returned.failed = 1
	// What is no UTF-8 is no text to the host.
	returned.first = place([]byte(strings.ToValidUTF8(failure.Message, "\ufffd")))
	returned.code = some(strings.ToValidUTF8(failure.Code, "\ufffd"))
	returned.retry, returned.after, returned.blamed = 0, 0, 0
	if failure.Retryable || failure.RetryAfter > 0 {
		returned.retry = 1
	}
	if failure.RetryAfter > 0 {
		returned.after, returned.afterMs = 1, uint64(failure.RetryAfter.Milliseconds())
	}
	if failure.BadInput {
		returned.blamed = 1
	}
	return unsafe.Pointer(&returned)
}

//go:wasmexport cabi_post_polymer:task/guest@0.1.1#run
func exportRunPost(unsafe.Pointer) { given, kept = nil, nil }

var allocated = []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
var collected uint64

// collect ends whatever collection is under way: nothing of it may be left when the next cabi_realloc comes.
func collect() {
	debug.SetGCPercent(-1)
	metrics.Read(allocated)
	if now := allocated[0].Value.Uint64(); now-collected > 2<<20 {
		collected = now
		runtime.GC()
	}
}
