;; Asks for 512 MiB before it does anything.
(module
  (memory (export "memory") 8192)
  (func (export "_start")))
