;; Asks for all the memory there can be before it does anything.
(module
  (memory (export "memory") 65536)
  (func (export "_start")))
