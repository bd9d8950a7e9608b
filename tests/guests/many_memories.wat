;; More memories than a pool has: each instance is made of what the system gives.
(module
    (memory (export "memory") 1)
    (memory 1) (memory 1) (memory 1) (memory 1) (memory 1) (memory 1) (memory 1) (memory 1)
    (func (export "_start")))
