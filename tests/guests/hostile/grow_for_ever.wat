;; Asks for memory again and again, whatever it is told.
(module
  (memory (export "memory") 1)
  (func (export "_start") (loop $more (drop (memory.grow (i32.const 64))) (br $more))))
