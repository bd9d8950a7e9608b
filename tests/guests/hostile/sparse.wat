;; Makes a file of one TiB that holds nothing, and must not get it.
(module
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "sparse")
  (func (export "_start")
    (if (call $path_open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 6) (i32.const 1)
        (i64.const 0x400042) (i64.const 0) (i32.const 0) (i32.const 64))
      (then unreachable))
    (if (i32.ne (call $set_size (i32.load (i32.const 64)) (i64.const 0x10000000000)) (i32.const 22))
      (then unreachable))))
