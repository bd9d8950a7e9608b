;; Has a table of ten million elements, the most a module may ask for.
(module
  (table 10000000 funcref)
  (func (export "_start")))
