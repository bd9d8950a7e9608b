;; Its start section never ends; `_start` is not reached.
(module
  (func $start (loop $for_ever (br $for_ever)))
  (start $start)
  (func (export "_start")))
