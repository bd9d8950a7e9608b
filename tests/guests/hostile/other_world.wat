;; A component that offers something else than a task or a command.
(component
  (core module $main (func (export "greet") (result i32) (i32.const 0)))
  (core instance $main (instantiate $main))
  (func $greet (result s32) (canon lift (core func $main "greet")))
  (export "greet" (func $greet)))
