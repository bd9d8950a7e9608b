;; Writes four million pieces at once, again and again: their list alone is 32 MiB.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 520)
  (func (export "_start")
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 4000000) (i32.const 0x2010000)))
      (br $again))))
