;; Counts a million rounds, then ends in the way the first byte of its input names: `d` divides by zero, `u` is unreachable, anything
;; else returns. So the fuel of the three can be compared.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; One buffer: 1 byte at 16.
  (data (i32.const 0) "\10\00\00\00\01\00\00\00")
  (func (export "_start") (local $left i32)
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $left (i32.const 1000000))
    (loop $round
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $round (local.get $left)))
    (if (i32.eq (i32.load8_u (i32.const 16)) (i32.const 100))
      (then (drop (i32.div_u (i32.const 1) (local.get $left)))))
    (if (i32.eq (i32.load8_u (i32.const 16)) (i32.const 117))
      (then unreachable))))
