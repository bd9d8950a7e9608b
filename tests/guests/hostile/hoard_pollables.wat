;; Asks the host for things to wait for, for ever, and drops none.
(component
  (import "wasi:io/poll@0.2.3" (instance $poll (export "pollable" (type (sub resource)))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock
    (alias outer 1 $pollable (type $inner))
    (export "pollable" (type $named (eq $inner)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $named))))))
  (core func $wait (canon lower (func $clock "subscribe-duration")))
  (core module $main
    (import "host" "wait" (func $wait (param i64) (result i32)))
    (func (export "run") (result i32) (loop $more (drop (call $wait (i64.const 1))) (br $more)) (i32.const 0)))
  (core instance $host (export "wait" (func $wait)))
  (core instance $main (instantiate $main (with "host" (instance $host))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $command)))
