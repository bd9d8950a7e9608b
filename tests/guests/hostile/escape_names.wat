;; Traps in a function whose name a terminal would obey.
(module
  (func $"\1b[2J\07boom\u{202e}" unreachable)
  (func (export "_start") (call $"\1b[2J\07boom\u{202e}")))
