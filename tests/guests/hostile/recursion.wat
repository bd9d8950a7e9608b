;; Calls itself without end.
(module
  (func $deeper (param i64 i64) (call $deeper (local.get 1) (local.get 0)) (call $deeper (local.get 0) (local.get 1)))
  (func (export "_start") (call $deeper (i64.const 1) (i64.const 2))))
