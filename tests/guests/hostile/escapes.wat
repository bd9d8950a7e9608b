;; Prints and logs what a terminal would obey.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\1c\00\00\00")
  (data (i32.const 8) "\1b[2J\07\c2\9b31m\e2\80\aered\0derror: none")
  (func $say (param $to i32) (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 64))))
  (func (export "_start") (call $say (i32.const 1)) (call $say (i32.const 2))))
