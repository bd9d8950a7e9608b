;; Imports a function of preview 1 with a type that it does not have.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i64)))
  (memory (export "memory") 1)
  (func (export "_start")))
