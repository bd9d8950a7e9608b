;; Its `_start` wants a number.
(module
  (func (export "_start") (param i32)))
