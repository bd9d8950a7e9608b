;; A task whose line says what it does, for pictures of a run: `f` fails, `m` takes memory and much
;; time, a digit takes so many times a short while.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $work (param $rounds i64)
    (loop $again
      (local.set $rounds (i64.sub (local.get $rounds) (i64.const 1)))
      (br_if $again (i64.gt_s (local.get $rounds) (i64.const 0)))))
  (func (export "_start")
    (local $kind i32)
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 1))
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $kind (i32.load8_u (i32.const 16)))
    (if (i32.eq (local.get $kind) (i32.const 102)) (then (unreachable)))
    (if (i32.eq (local.get $kind) (i32.const 109))
      (then
        (drop (memory.grow (i32.const 500)))
        (call $work (i64.const 1500000000))))
    (call $work
      (i64.mul (i64.const 1000000)
        (i64.extend_i32_u (i32.sub (local.get $kind) (i32.const 48)))))))
