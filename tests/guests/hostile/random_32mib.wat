;; Asks for 32 MiB of randomness, which it has room for, again and again.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 512)
  (func (export "_start") (loop $again (drop (call $random_get (i32.const 0) (i32.const 0x2000000))) (br $again))))
