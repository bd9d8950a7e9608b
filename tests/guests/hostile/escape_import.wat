;; Imports a name that a terminal would obey.
(module
  (import "env" "\1b[2J\07launch\n\u{202e}missiles" (func $launch))
  (func (export "_start") (call $launch)))
