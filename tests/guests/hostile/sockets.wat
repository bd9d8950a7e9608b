;; Tries what preview 1 has of sockets, on streams and on a number that nothing has.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func $sock_accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_recv" (func $sock_recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_shutdown" (func $sock_shutdown (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $refused (param $error i32) (if (i32.eqz (local.get $error)) (then unreachable)))
  (func $try (param $fd i32)
    (call $refused (call $sock_accept (local.get $fd) (i32.const 0) (i32.const 64)))
    (call $refused (call $sock_send (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 64)))
    (call $refused (call $sock_recv (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 64) (i32.const 68)))
    (call $refused (call $sock_shutdown (local.get $fd) (i32.const 3))))
  (func (export "_start") (call $try (i32.const 0)) (call $try (i32.const 1)) (call $try (i32.const 3))))
