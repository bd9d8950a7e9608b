;; Is of the world that comes after ours.
(component
  (import "wasi:cli/stdin@0.3.0" (instance $stdin (export "read" (func))))
  (core func $read (canon lower (func $stdin "read")))
  (core module $main
    (import "stdin" "read" (func $read))
    (func (export "run") (result i32) (call $read) (i32.const 0)))
  (core instance $stdin_of_main (export "read" (func $read)))
  (core instance $main (instantiate $main (with "stdin" (instance $stdin_of_main))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $command)))
