;; Makes objects for ever and drops them.
(module
  (type $bytes (array (mut i8)))
  (func (export "_start") (loop $more (drop (array.new_default $bytes (i32.const 100000))) (br $more))))
