;; A typed task as it was built for version 0.1.0 of the contract: contract-0.1.0-core.wat as a component, by wasm-tools 1.262 (embed, new, print).
(component
  (type $ty-polymer:task/types@0.1.0 (;0;)
    (instance
      (type (;0;) (enum "debug" "info" "warn" "error"))
      (export (;1;) "level" (type (eq 0)))
      (type (;2;) (enum "json" "message-pack" "raw"))
      (export (;3;) "encoding" (type (eq 2)))
      (type (;4;) (variant (case "env" string) (case "read-dir" string) (case "write-dir" string)))
      (export (;5;) "wish" (type (eq 4)))
      (type (;6;) (option string))
      (type (;7;) (list 5))
      (type (;8;) (record (field "name" string) (field "version" string) (field "summary" string) (field "encoding" 3) (field "input-schema" 6) (field "output-schema" 6) (field "wishes" 7)))
      (export (;9;) "task-info" (type (eq 8)))
      (type (;10;) (record (field "task" string) (field "id" string) (field "number" u32)))
      (export (;11;) "attempt" (type (eq 10)))
      (type (;12;) (option u64))
      (type (;13;) (record (field "message" string) (field "code" 6) (field "retryable" bool) (field "retry-after-ms" 12) (field "bad-input" bool)))
      (export (;14;) "failure" (type (eq 13)))
    )
  )
  (import "polymer:task/types@0.1.0" (instance $polymer:task/types@0.1.0 (;0;) (type $ty-polymer:task/types@0.1.0)))
  (alias export $polymer:task/types@0.1.0 "level" (type $level (;1;)))
  (type $ty-polymer:task/host@0.1.0 (;2;)
    (instance
      (alias outer 1 $level (type (;0;)))
      (export (;1;) "level" (type (eq 0)))
      (type (;2;) (func (param "level" 1) (param "message" string)))
      (export (;0;) "log" (func (type 2)))
      (type (;3;) (func (param "done" u64) (param "total" u64)))
      (export (;1;) "progress" (func (type 3)))
    )
  )
  (import "polymer:task/host@0.1.0" (instance $polymer:task/host@0.1.0 (;1;) (type $ty-polymer:task/host@0.1.0)))
  (core module $main (;0;)
    (type (;0;) (func (param i32 i32 i32)))
    (type (;1;) (func (param i64 i64)))
    (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
    (type (;3;) (func (result i32)))
    (type (;4;) (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "polymer:task/host@0.1.0" "log" (func $log (;0;) (type 0) (param i32 i32 i32)))
    (import "polymer:task/host@0.1.0" "progress" (func $progress (;1;) (type 1) (param i64 i64)))
    (memory (;0;) 2)
    (global $top (;0;) (mut i32) i32.const 4096)
    (export "memory" (memory 0))
    (export "cabi_realloc" (func 2))
    (export "polymer:task/guest@0.1.0#describe" (func 3))
    (export "polymer:task/guest@0.1.0#run" (func 4))
    (func (;2;) (type 2) (param i32 i32 i32 i32) (result i32)
      global.get $top
      global.get $top
      local.get 3
      i32.add
      i32.const 7
      i32.add
      i32.const -8
      i32.and
      global.set $top
    )
    (func (;3;) (type 3) (result i32)
      i32.const 512
      i32.const 520
      i32.store
      i32.const 516
      i32.const 1
      i32.store
      i32.const 520
      i32.const 16
      i32.store
      i32.const 524
      i32.const 4
      i32.store
      i32.const 512
    )
    (func (;4;) (type 4) (param i32 i32 i32 i32 i32) (param $input i32) (param $length i32) (result i32)
      i32.const 2
      i32.const 32
      i32.const 7
      call $log
      i64.const 1
      i64.const 2
      call $progress
      local.get $length
      i32.const 4
      i32.eq
      if ;; label = @1
        i32.const 1024
        i32.const 1
        i32.store8
        i32.const 1032
        i32.const 96
        i32.store
        i32.const 1036
        i32.const 7
        i32.store
      else
        i32.const 1024
        i32.const 0
        i32.store8
        i32.const 1032
        local.get $input
        i32.store
        i32.const 1036
        local.get $length
        i32.store
      end
      i32.const 1024
    )
    (data (;0;) (i32.const 16) "main")
    (data (;1;) (i32.const 32) "one\0atwo")
    (data (;2;) (i32.const 96) "no good")
    (@producers
      (processed-by "wit-component" "0.262.0")
    )
  )
  (core module $wit-component-shim-module (;1;)
    (type (;0;) (func (param i32 i32 i32)))
    (table (;0;) 1 1 funcref)
    (export "0" (func $indirect-polymer:task/host@0.1.0-log))
    (export "$imports" (table 0))
    (func $indirect-polymer:task/host@0.1.0-log (;0;) (type 0) (param i32 i32 i32)
      local.get 0
      local.get 1
      local.get 2
      i32.const 0
      call_indirect (type 0)
    )
    (@producers
      (processed-by "wit-component" "0.262.0")
    )
  )
  (core instance $wit-component-shim-instance (;0;) (instantiate $wit-component-shim-module))
  (alias export $polymer:task/types@0.1.0 "task-info" (type $task-info (;3;)))
  (alias export $polymer:task/types@0.1.0 "attempt" (type $attempt (;4;)))
  (alias export $polymer:task/types@0.1.0 "failure" (type $failure (;5;)))
  (alias core export $wit-component-shim-instance "0" (core func $indirect-polymer:task/host@0.1.0-log (;0;)))
  (alias export $polymer:task/host@0.1.0 "progress" (func $progress (;0;)))
  (core func $progress (;1;) (canon lower (func $progress)))
  (core instance $polymer:task/host@0.1.0 (;1;)
    (export "log" (func $indirect-polymer:task/host@0.1.0-log))
    (export "progress" (func $progress))
  )
  (core instance $main (;2;) (instantiate $main
      (with "polymer:task/host@0.1.0" (instance $polymer:task/host@0.1.0))
    )
  )
  (alias core export $main "memory" (core memory $memory (;0;)))
  (core module $wit-component-fixup (;2;)
    (type (;0;) (func (param i32 i32 i32)))
    (import "actual" "0" (func $0 (;0;) (type 0) (param i32 i32 i32)))
    (import "shim" "$imports" (table (;0;) 1 1 funcref))
    (elem (;0;) (i32.const 0) func $0)
    (@producers
      (processed-by "wit-component" "0.262.0")
    )
  )
  (alias export $polymer:task/host@0.1.0 "log" (func $log (;1;)))
  (core func $"#core-func2 indirect-polymer:task/host@0.1.0-log" (@name "indirect-polymer:task/host@0.1.0-log") (;2;) (canon lower (func $log) (memory $memory) string-encoding=utf8))
  (core instance $actual (;3;)
    (export "0" (func $"#core-func2 indirect-polymer:task/host@0.1.0-log"))
  )
  (core instance $fixup (;4;) (instantiate $wit-component-fixup
      (with "actual" (instance $actual))
      (with "shim" (instance $wit-component-shim-instance))
    )
  )
  (type (;6;) (list $task-info))
  (type (;7;) (func (result 6)))
  (alias core export $main "polymer:task/guest@0.1.0#describe" (core func $polymer:task/guest@0.1.0#describe (;3;)))
  (func $describe (;2;) (type 7) (canon lift (core func $polymer:task/guest@0.1.0#describe) (memory $memory) string-encoding=utf8))
  (type (;8;) (list u8))
  (type (;9;) (result 8 (error $failure)))
  (type (;10;) (func (param "attempt" $attempt) (param "input" 8) (result 9)))
  (alias core export $main "polymer:task/guest@0.1.0#run" (core func $polymer:task/guest@0.1.0#run (;4;)))
  (alias core export $main "cabi_realloc" (core func $cabi_realloc (;5;)))
  (func $run (;3;) (type 10) (canon lift (core func $polymer:task/guest@0.1.0#run) (memory $memory) (realloc $cabi_realloc) string-encoding=utf8))
  (alias export $polymer:task/types@0.1.0 "encoding" (type $encoding (;11;)))
  (alias export $polymer:task/types@0.1.0 "wish" (type $wish (;12;)))
  (component $polymer:task/guest@0.1.0-shim-component (;0;)
    (type (;0;) (enum "json" "message-pack" "raw"))
    (import "import-type-encoding" (type (;1;) (eq 0)))
    (type (;2;) (variant (case "env" string) (case "read-dir" string) (case "write-dir" string)))
    (import "import-type-wish" (type (;3;) (eq 2)))
    (type (;4;) (option string))
    (type (;5;) (list 3))
    (type (;6;) (record (field "name" string) (field "version" string) (field "summary" string) (field "encoding" 1) (field "input-schema" 4) (field "output-schema" 4) (field "wishes" 5)))
    (import "import-type-task-info" (type (;7;) (eq 6)))
    (type (;8;) (record (field "task" string) (field "id" string) (field "number" u32)))
    (import "import-type-attempt" (type (;9;) (eq 8)))
    (type (;10;) (option u64))
    (type (;11;) (record (field "message" string) (field "code" 4) (field "retryable" bool) (field "retry-after-ms" 10) (field "bad-input" bool)))
    (import "import-type-failure" (type (;12;) (eq 11)))
    (import "import-type-task-info0" (type (;13;) (eq 7)))
    (type (;14;) (list 13))
    (type (;15;) (func (result 14)))
    (import "import-func-describe" (func (;0;) (type 15)))
    (import "import-type-attempt0" (type (;16;) (eq 9)))
    (type (;17;) (list u8))
    (import "import-type-failure0" (type (;18;) (eq 12)))
    (type (;19;) (result 17 (error 18)))
    (type (;20;) (func (param "attempt" 16) (param "input" 17) (result 19)))
    (import "import-func-run" (func (;1;) (type 20)))
    (export (;21;) "task-info" (type 7))
    (export (;22;) "attempt" (type 9))
    (export (;23;) "failure" (type 12))
    (type (;24;) (list 21))
    (type (;25;) (func (result 24)))
    (export (;2;) "describe" (func 0) (func (type 25)))
    (type (;26;) (list u8))
    (type (;27;) (result 26 (error 23)))
    (type (;28;) (func (param "attempt" 22) (param "input" 26) (result 27)))
    (export (;3;) "run" (func 1) (func (type 28)))
  )
  (instance $polymer:task/guest@0.1.0-shim-instance (;2;) (instantiate $polymer:task/guest@0.1.0-shim-component
      (with "import-func-describe" (func $describe))
      (with "import-func-run" (func $run))
      (with "import-type-encoding" (type $encoding))
      (with "import-type-wish" (type $wish))
      (with "import-type-task-info" (type $task-info))
      (with "import-type-attempt" (type $attempt))
      (with "import-type-failure" (type $failure))
      (with "import-type-task-info0" (type $task-info))
      (with "import-type-attempt0" (type $attempt))
      (with "import-type-failure0" (type $failure))
    )
  )
  (export $polymer:task/guest@0.1.0 (;3;) "polymer:task/guest@0.1.0" (instance $polymer:task/guest@0.1.0-shim-instance))
  (@producers
    (processed-by "wit-component" "0.262.0")
  )
)
