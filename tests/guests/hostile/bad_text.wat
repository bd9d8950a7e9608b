;; Gives the host a text that is no UTF-8.
(component
  (import "polymer:task/host@0.1.0" (instance $log
    (type $level (enum "debug" "info" "warn" "error"))
    (export "level" (type $named (eq $level)))
    (export "log" (func (param "level" $named) (param "message" string)))))
  (core module $memory (memory (export "memory") 1) (data (i32.const 0) "\ff\fe") (data (i32.const 8) "ok"))
  (core instance $memory (instantiate $memory))
  (core func $log (canon lower (func $log "log") (memory $memory "memory")))
  (core module $main
    (import "host" "log" (func $log (param i32 i32 i32)))
    (func (export "run") (result i32) (call $log (i32.const 1) (i32.const 0) (i32.const 2)) (i32.const 0)))
  (core instance $host (export "log" (func $log)))
  (core instance $main (instantiate $main (with "host" (instance $host))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $command)))
