;; Writes to a file until it is refused, which must be for the size of the file.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "flood")
  (data (i32.const 8) "\00\10\00\00\00\40\00\00")
  (func (export "_start") (local $error i32)
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 1)
        (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 64))
      (then unreachable))
    (loop $more
      (local.set $error (call $fd_write (i32.load (i32.const 64)) (i32.const 8) (i32.const 1) (i32.const 16)))
      (br_if $more (i32.eqz (local.get $error))))
    (if (i32.ne (local.get $error) (i32.const 22)) (then unreachable))))
