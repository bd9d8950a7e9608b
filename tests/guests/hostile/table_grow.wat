;; Asks for a table of ten million elements and must not get it.
(module
  (table $table 1 funcref)
  (func (export "_start")
    (if (i32.ne (table.grow $table (ref.null func) (i32.const 10000000)) (i32.const -1)) (then unreachable))))
