;; Waits for 2^32 - 1 things at once, and for as many as its memory holds.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 512)
  (func $refused (param $count i32)
    (if (i32.eqz (call $poll_oneoff (i32.const 0) (i32.const 0) (local.get $count) (i32.const 0))) (then unreachable)))
  (func (export "_start") (call $refused (i32.const -1)) (call $refused (i32.const 500000))))
