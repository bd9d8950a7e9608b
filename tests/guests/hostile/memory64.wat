;; Asks a memory of 64-bit addresses for 2^48 pages.
(module
  (memory i64 1)
  (func (export "_start") (drop (memory.grow (i64.const 0x1000000000000)))))
