;; What binds QuickJS to WASI: the functions that the prelude is made of, and the start of the command. Raw numbers and bytes go through
;; here; all that is decided is decided in the prelude. `make.mjs` merges it with QuickJS, whose exports it imports as "quickjs"; QuickJS
;; imports what is exported here as "env".
(module
  (import "quickjs" "memory" (memory 1))
  (import "quickjs" "__stack_pointer" (global $stack_pointer (mut i32)))

  ;; A JSValue is an i64 here (QuickJS calls it NaN boxing): a tag in its upper half, an integer or a pointer in the lower one.
  (import "quickjs" "qjs_get_context_ptr" (func $context (result i32)))
  (import "quickjs" "qjs_get_runtime_ptr" (func $runtime (result i32)))
  (import "quickjs" "qjs_get_allocated_size" (func $allocated_size (result i32)))
  (import "quickjs" "qjs_run_gc" (func $run_gc))
  (import "quickjs" "qjs_eval" (func $qjs_eval (param i32 i32 i32 i32) (result i32)))
  (import "quickjs" "qjs_free_value" (func $free_boxed (param i32)))
  (import "quickjs" "wasm_malloc" (func $malloc (param i32) (result i32)))
  (import "quickjs" "wasm_free" (func $free (param i32)))
  (import "quickjs" "memcpy" (func $memcpy (param i32 i32 i32) (result i32)))
  (import "quickjs" "strlen" (func $strlen (param i32) (result i32)))
  (import "quickjs" "JS_Call" (func $JS_Call (param i32 i64 i64 i32 i32) (result i64)))
  (import "quickjs" "JS_DupValue" (func $JS_DupValue (param i32 i64) (result i64)))
  (import "quickjs" "JS_FreeValue" (func $JS_FreeValue (param i32 i64)))
  (import "quickjs" "JS_GetException" (func $JS_GetException (param i32) (result i64)))
  (import "quickjs" "JS_ExecutePendingJob" (func $JS_ExecutePendingJob (param i32 i32) (result i32)))
  (import "quickjs" "JS_NewNumber" (func $JS_NewNumber (param i32 f64) (result i64)))
  (import "quickjs" "JS_ToInt64" (func $JS_ToInt64 (param i32 i32 i64) (result i32)))
  (import "quickjs" "JS_NewStringLen" (func $JS_NewStringLen (param i32 i32 i32) (result i64)))
  (import "quickjs" "JS_ToCStringLen2" (func $JS_ToCStringLen2 (param i32 i32 i64 i32) (result i32)))
  (import "quickjs" "JS_FreeCString" (func $JS_FreeCString (param i32 i32)))
  (import "quickjs" "JS_NewArrayBufferCopy" (func $JS_NewArrayBufferCopy (param i32 i32 i32) (result i64)))
  (import "quickjs" "JS_GetArrayBuffer" (func $JS_GetArrayBuffer (param i32 i32 i64) (result i32)))
  (import "quickjs" "JS_IsPromise" (func $JS_IsPromise (param i64) (result i32)))
  (import "quickjs" "JS_PromiseState" (func $JS_PromiseState (param i32 i64) (result i32)))
  (import "quickjs" "JS_PromiseResult" (func $JS_PromiseResult (param i32 i64) (result i64)))
  (import "quickjs" "JS_GetAnyOpaque" (func $JS_GetAnyOpaque (param i64 i32) (result i32)))
  (import "quickjs" "JS_IsProxy" (func $JS_IsProxy (param i64) (result i32)))
  (import "quickjs" "JS_GetProxyTarget" (func $JS_GetProxyTarget (param i32 i64) (result i64)))
  (import "quickjs" "JS_GetProxyHandler" (func $JS_GetProxyHandler (param i32 i64) (result i64)))

  (import "wasi_snapshot_preview1" "args_get" (func $wasi_args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $wasi_args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $wasi_environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $wasi_environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $wasi_clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $wasi_random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $wasi_poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $wasi_proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $wasi_fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $wasi_fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $wasi_fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $wasi_fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $wasi_fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $wasi_fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $wasi_fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $wasi_fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $wasi_fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $wasi_path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $wasi_path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $wasi_path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $wasi_path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $wasi_path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $wasi_path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))

  (global $UNDEFINED i64 (i64.const 0x300000000))
  (global $EXCEPTION i64 (i64.const 0x600000000))

  ;; Functions of the prelude, which it hands over while the module is made. Exported for `make.mjs`, which writes down what they are then.
  (global $start (export "start") (mut i64) (i64.const 0x300000000))
  (global $failed (export "failed") (mut i64) (i64.const 0x300000000))
  (global $rejection (export "rejection") (mut i64) (i64.const 0x300000000))
  (global $module_path (export "module_path") (mut i64) (i64.const 0x300000000))
  (global $module_source (export "module_source") (mut i64) (i64.const 0x300000000))

  ;; What the prelude may call, in this order; `make.mjs` reads the names here.
  (type $native (func (param $args i32) (result i64)))
  (table $natives funcref (elem
    $args_get $args_sizes_get $environ_get $environ_sizes_get $clock_time_get $random_get $poll_oneoff $proc_exit
    $fd_read $fd_write $fd_close $fd_seek $fd_filestat_get $fd_filestat_set_size $fd_prestat_get $fd_prestat_dir_name $fd_readdir
    $path_open $path_filestat_get $path_create_directory $path_remove_directory $path_unlink_file $path_rename
    $address_of $text_at $encode_text $write_text $evaluate $run_jobs $collect_garbage $memory_in_use $memory_size
    $promise_state $promise_result $class_of $iterator_save $iterator_restore $is_proxy $proxy_target $proxy_handler
    $hook_start $hook_failed $hook_rejection $hook_module_path $hook_module_source))

  ;; Arguments: each is a pointer to a pointer to a value.
  (func $value (param $args i32) (param $at i32) (result i64)
    (i64.load (i32.load (i32.add (local.get $args) (i32.shl (local.get $at) (i32.const 2))))))

  (func $i64 (param $args i32) (param $at i32) (result i64)
    (local $value i64) (local $frame i32)
    (local.set $value (call $value (local.get $args) (local.get $at)))
    ;; An integer has no tag.
    (if (i64.eqz (i64.shr_u (local.get $value) (i64.const 32)))
      (then (return (i64.extend_i32_s (i32.wrap_i64 (local.get $value))))))
    (local.set $frame (call $enter (i32.const 16)))
    (drop (call $JS_ToInt64 (call $context) (local.get $frame) (local.get $value)))
    (local.set $value (i64.load (local.get $frame)))
    (call $leave (i32.const 16))
    (local.get $value))

  (func $i32 (param $args i32) (param $at i32) (result i32)
    (i32.wrap_i64 (call $i64 (local.get $args) (local.get $at))))

  (func $number (param $number i32) (result i64)
    (call $JS_NewNumber (call $context) (f64.convert_i32_u (local.get $number))))

  ;; Room on the stack, a multiple of 16 bytes.
  (func $enter (param $size i32) (result i32)
    (global.set $stack_pointer (i32.sub (global.get $stack_pointer) (local.get $size)))
    (global.get $stack_pointer))
  (func $leave (param $size i32)
    (global.set $stack_pointer (i32.add (global.get $stack_pointer) (local.get $size))))

  ;; WASI, as it is: numbers in, an error code out.
  (func $args_get (type $native)
    (call $number (call $wasi_args_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $args_sizes_get (type $native)
    (call $number (call $wasi_args_sizes_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $environ_get (type $native)
    (call $number (call $wasi_environ_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $environ_sizes_get (type $native)
    (call $number (call $wasi_environ_sizes_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $clock_time_get (type $native)
    (call $number (call $wasi_clock_time_get
      (call $i32 (local.get 0) (i32.const 0)) (i64.const 1) (call $i32 (local.get 0) (i32.const 1)))))
  (func $random_get (type $native)
    (call $number (call $wasi_random_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $poll_oneoff (type $native)
    (call $number (call $wasi_poll_oneoff
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1))
      (call $i32 (local.get 0) (i32.const 2)) (call $i32 (local.get 0) (i32.const 3)))))
  (func $proc_exit (type $native)
    (call $wasi_proc_exit (call $i32 (local.get 0) (i32.const 0)))
    (unreachable))
  (func $fd_read (type $native)
    (call $number (call $wasi_fd_read
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1))
      (call $i32 (local.get 0) (i32.const 2)) (call $i32 (local.get 0) (i32.const 3)))))
  (func $fd_write (type $native)
    (call $number (call $wasi_fd_write
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1))
      (call $i32 (local.get 0) (i32.const 2)) (call $i32 (local.get 0) (i32.const 3)))))
  (func $fd_close (type $native)
    (call $number (call $wasi_fd_close (call $i32 (local.get 0) (i32.const 0)))))
  (func $fd_seek (type $native)
    (call $number (call $wasi_fd_seek
      (call $i32 (local.get 0) (i32.const 0)) (call $i64 (local.get 0) (i32.const 1))
      (call $i32 (local.get 0) (i32.const 2)) (call $i32 (local.get 0) (i32.const 3)))))
  (func $fd_filestat_get (type $native)
    (call $number (call $wasi_fd_filestat_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $fd_filestat_set_size (type $native)
    (call $number (call $wasi_fd_filestat_set_size (call $i32 (local.get 0) (i32.const 0)) (call $i64 (local.get 0) (i32.const 1)))))
  (func $fd_prestat_get (type $native)
    (call $number (call $wasi_fd_prestat_get (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)))))
  (func $fd_prestat_dir_name (type $native)
    (call $number (call $wasi_fd_prestat_dir_name
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2)))))
  (func $fd_readdir (type $native)
    (call $number (call $wasi_fd_readdir
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2))
      (call $i64 (local.get 0) (i32.const 3)) (call $i32 (local.get 0) (i32.const 4)))))
  (func $path_open (type $native)
    (call $number (call $wasi_path_open
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2))
      (call $i32 (local.get 0) (i32.const 3)) (call $i32 (local.get 0) (i32.const 4)) (call $i64 (local.get 0) (i32.const 5))
      (call $i64 (local.get 0) (i32.const 6)) (call $i32 (local.get 0) (i32.const 7)) (call $i32 (local.get 0) (i32.const 8)))))
  (func $path_filestat_get (type $native)
    (call $number (call $wasi_path_filestat_get
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2))
      (call $i32 (local.get 0) (i32.const 3)) (call $i32 (local.get 0) (i32.const 4)))))
  (func $path_create_directory (type $native)
    (call $number (call $wasi_path_create_directory
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2)))))
  (func $path_remove_directory (type $native)
    (call $number (call $wasi_path_remove_directory
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2)))))
  (func $path_unlink_file (type $native)
    (call $number (call $wasi_path_unlink_file
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2)))))
  (func $path_rename (type $native)
    (call $number (call $wasi_path_rename
      (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1)) (call $i32 (local.get 0) (i32.const 2))
      (call $i32 (local.get 0) (i32.const 3)) (call $i32 (local.get 0) (i32.const 4)) (call $i32 (local.get 0) (i32.const 5)))))

  ;; address_of(arrayBuffer): where its bytes are.
  (func $address_of (type $native)
    (local $frame i32) (local $address i32)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $address (call $JS_GetArrayBuffer (call $context) (local.get $frame) (call $value (local.get 0) (i32.const 0))))
    (call $leave (i32.const 16))
    (call $number (local.get $address)))

  ;; text_at(address, length): the text that these bytes are in UTF-8.
  (func $text_at (type $native)
    (call $JS_NewStringLen (call $context) (call $i32 (local.get 0) (i32.const 0)) (call $i32 (local.get 0) (i32.const 1))))

  ;; encode_text(text): an ArrayBuffer with its bytes in UTF-8.
  (func $encode_text (type $native)
    (local $frame i32) (local $text i32) (local $result i64)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $text (call $JS_ToCStringLen2 (call $context) (local.get $frame) (call $value (local.get 0) (i32.const 0)) (i32.const 0)))
    (local.set $result (global.get $EXCEPTION))
    (if (local.get $text)
      (then
        (local.set $result (call $JS_NewArrayBufferCopy (call $context) (local.get $text) (i32.load (local.get $frame))))
        (call $JS_FreeCString (call $context) (local.get $text))))
    (call $leave (i32.const 16))
    (local.get $result))

  ;; write_text(descriptor, text): writes all of it; an error code.
  (func $write_text (type $native)
    (local $frame i32) (local $text i32) (local $error i32)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $text (call $JS_ToCStringLen2
      (call $context) (i32.add (local.get $frame) (i32.const 4)) (call $value (local.get 0) (i32.const 1)) (i32.const 0)))
    (if (i32.eqz (local.get $text))
      (then (call $leave (i32.const 16)) (return (global.get $EXCEPTION))))
    (i32.store (local.get $frame) (local.get $text))
    (block $done
      (loop $more
        (br_if $done (i32.eqz (i32.load offset=4 (local.get $frame))))
        (local.set $error (call $wasi_fd_write
          (call $i32 (local.get 0) (i32.const 0)) (local.get $frame) (i32.const 1) (i32.add (local.get $frame) (i32.const 8))))
        (br_if $done (local.get $error))
        (i32.store (local.get $frame) (i32.add (i32.load (local.get $frame)) (i32.load offset=8 (local.get $frame))))
        (i32.store offset=4 (local.get $frame) (i32.sub (i32.load offset=4 (local.get $frame)) (i32.load offset=8 (local.get $frame))))
        (br $more)))
    (call $JS_FreeCString (call $context) (local.get $text))
    (call $leave (i32.const 16))
    (call $number (local.get $error)))

  ;; evaluate(text, file, flags): the value of a script, or the promise of a module.
  (func $evaluate (type $native)
    (local $frame i32) (local $text i32) (local $file i32) (local $result i64)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $result (global.get $EXCEPTION))
    (local.set $text (call $JS_ToCStringLen2 (call $context) (local.get $frame) (call $value (local.get 0) (i32.const 0)) (i32.const 0)))
    (if (local.get $text)
      (then
        (local.set $file (call $JS_ToCStringLen2
          (call $context) (i32.add (local.get $frame) (i32.const 4)) (call $value (local.get 0) (i32.const 1)) (i32.const 0)))
        (if (local.get $file)
          (then
            (local.set $result (call $unbox (call $qjs_eval
              (local.get $text) (i32.load (local.get $frame)) (local.get $file) (call $i32 (local.get 0) (i32.const 2)))))
            (call $JS_FreeCString (call $context) (local.get $file))))
        (call $JS_FreeCString (call $context) (local.get $text))))
    (call $leave (i32.const 16))
    (local.get $result))

  ;; run_jobs(): runs all that promises are waiting for; throws what a job throws.
  (func $run_jobs (type $native)
    (local $frame i32) (local $done i32)
    (local.set $frame (call $enter (i32.const 16)))
    (loop $more
      (local.set $done (call $JS_ExecutePendingJob (call $runtime) (local.get $frame)))
      (br_if $more (i32.gt_s (local.get $done) (i32.const 0))))
    (call $leave (i32.const 16))
    (select (global.get $EXCEPTION) (global.get $UNDEFINED) (i32.lt_s (local.get $done) (i32.const 0))))

  (func $collect_garbage (type $native)
    (call $run_gc)
    (global.get $UNDEFINED))
  (func $memory_in_use (type $native)
    (call $number (call $allocated_size)))
  (func $memory_size (type $native)
    (call $number (i32.shl (memory.size) (i32.const 16))))

  ;; What no program can see of an object, but `util.inspect` tells.
  (func $promise_state (type $native)
    (local $promise i64)
    (local.set $promise (call $value (local.get 0) (i32.const 0)))
    (if (call $JS_IsPromise (local.get $promise))
      (then (return (call $number (call $JS_PromiseState (call $context) (local.get $promise))))))
    (global.get $UNDEFINED))
  (func $promise_result (type $native)
    (call $JS_PromiseResult (call $context) (call $value (local.get 0) (i32.const 0))))
  ;; Where an object of the engine has its state; its class is written to memory.
  (func $state_of (param $args i32) (param $class_at i32) (result i32)
    (i32.store (local.get $class_at) (i32.const 0))
    (call $JS_GetAnyOpaque (call $value (local.get $args) (i32.const 0)) (local.get $class_at)))

  ;; class_of(object): the number of what the engine made it as.
  (func $class_of (type $native)
    (local $frame i32) (local $class i32)
    (local.set $frame (call $enter (i32.const 16)))
    (drop (call $state_of (local.get 0) (local.get $frame)))
    (local.set $class (i32.load (local.get $frame)))
    (call $leave (i32.const 16))
    (call $number (local.get $class)))

  ;; iterator_save(iterator), then iterator_restore(iterator, saved): what an iterator of a map or a set has still to give can be taken in
  ;; between. It is its map (a value), what it gives of each entry, and the entry at which it stands, each of which is counted as in use.
  (func $iterator_save (type $native)
    (local $frame i32) (local $entry i32) (local $saved i32)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $saved (call $malloc (i32.const 16)))
    (drop (call $memcpy (local.get $saved) (call $state_of (local.get 0) (local.get $frame)) (i32.const 16)))
    (call $leave (i32.const 16))
    (drop (call $JS_DupValue (call $context) (i64.load (local.get $saved))))
    (local.set $entry (i32.load offset=12 (local.get $saved)))
    (if (local.get $entry)
      (then (i32.store (local.get $entry) (i32.add (i32.load (local.get $entry)) (i32.const 1)))))
    (call $number (local.get $saved)))

  ;; It returns what the iterator gives: 0 for keys, 1 for values, 2 for both.
  (func $iterator_restore (type $native)
    (local $frame i32) (local $state i32) (local $saved i32) (local $kind i32)
    (local.set $frame (call $enter (i32.const 16)))
    (local.set $state (call $state_of (local.get 0) (local.get $frame)))
    (call $leave (i32.const 16))
    (local.set $saved (call $i32 (local.get 0) (i32.const 1)))
    (local.set $kind (i32.load offset=8 (local.get $saved)))
    (call $JS_FreeValue (call $context) (i64.load (local.get $state)))
    (drop (call $memcpy (local.get $state) (local.get $saved) (i32.const 16)))
    (call $free (local.get $saved))
    (call $number (local.get $kind)))

  (func $is_proxy (type $native)
    (call $number (call $JS_IsProxy (call $value (local.get 0) (i32.const 0)))))
  (func $proxy_target (type $native)
    (call $JS_GetProxyTarget (call $context) (call $value (local.get 0) (i32.const 0))))
  (func $proxy_handler (type $native)
    (call $JS_GetProxyHandler (call $context) (call $value (local.get 0) (i32.const 0))))

  (func $hook_start (type $native)
    (global.set $start (call $JS_DupValue (call $context) (call $value (local.get 0) (i32.const 0))))
    (global.get $UNDEFINED))
  (func $hook_failed (type $native)
    (global.set $failed (call $JS_DupValue (call $context) (call $value (local.get 0) (i32.const 0))))
    (global.get $UNDEFINED))
  (func $hook_rejection (type $native)
    (global.set $rejection (call $JS_DupValue (call $context) (call $value (local.get 0) (i32.const 0))))
    (global.get $UNDEFINED))
  (func $hook_module_path (type $native)
    (global.set $module_path (call $JS_DupValue (call $context) (call $value (local.get 0) (i32.const 0))))
    (global.get $UNDEFINED))
  (func $hook_module_source (type $native)
    (global.set $module_source (call $JS_DupValue (call $context) (call $value (local.get 0) (i32.const 0))))
    (global.get $UNDEFINED))

  ;; QuickJS hands values over in boxes of their own.
  (func $box (param $value i64) (result i32)
    (local $box i32)
    (local.set $box (call $malloc (i32.const 8)))
    (if (i32.eqz (local.get $box)) (then (unreachable)))
    (i64.store (local.get $box) (local.get $value))
    (local.get $box))
  (func $unbox (param $box i32) (result i64)
    (local $value i64)
    (local.set $value (i64.load (local.get $box)))
    (call $free (local.get $box))
    (local.get $value))

  ;; A call of one of the functions above: its name is the number of its place in the table.
  (func (export "host_call") (param $name i32) (param $name_length i32) (param $this i32) (param $count i32) (param $args i32) (result i32)
    (local $result i64)
    (local.set $result (call_indirect $natives (type $native) (local.get $args) (i32.sub (i32.load8_u (local.get $name)) (i32.const 48))))
    (if (i64.eq (local.get $result) (global.get $EXCEPTION)) (then (return (i32.const 0))))
    (call $box (local.get $result)))

  ;; A promise was rejected that nobody looks after, or is looked after now.
  (func (export "host_promise_rejection") (param $promise i32) (param $reason i32) (param $is_handled i32)
    (local $frame i32)
    (local.set $frame (call $enter (i32.const 32)))
    (i64.store (local.get $frame) (i64.load (local.get $promise)))
    (i64.store offset=8 (local.get $frame) (i64.load (local.get $reason)))
    (i64.store offset=16 (local.get $frame) (call $number (local.get $is_handled)))
    (call $JS_FreeValue (call $context)
      (call $JS_Call (call $context) (global.get $rejection) (global.get $UNDEFINED) (i32.const 3) (local.get $frame)))
    (call $leave (i32.const 32))
    (call $free_boxed (local.get $promise))
    (call $free_boxed (local.get $reason)))

  ;; Calls a function with one or two texts, and hands out the text that it returns; 0 if it throws.
  (func $text_of_texts (param $function i64) (param $one i32) (param $other i32) (param $length_at i32) (result i32)
    (local $frame i32) (local $result i64) (local $text i32) (local $copy i32) (local $length i32)
    (local.set $frame (call $enter (i32.const 32)))
    (i64.store (local.get $frame) (call $JS_NewStringLen (call $context) (local.get $one) (call $strlen (local.get $one))))
    (i64.store offset=8 (local.get $frame) (call $JS_NewStringLen (call $context) (local.get $other) (call $strlen (local.get $other))))
    (local.set $result
      (call $JS_Call (call $context) (local.get $function) (global.get $UNDEFINED) (i32.const 2) (local.get $frame)))
    (call $JS_FreeValue (call $context) (i64.load (local.get $frame)))
    (call $JS_FreeValue (call $context) (i64.load offset=8 (local.get $frame)))
    (if (i64.ne (local.get $result) (global.get $EXCEPTION))
      (then
        (local.set $text (call $JS_ToCStringLen2 (call $context) (i32.add (local.get $frame) (i32.const 16)) (local.get $result) (i32.const 0)))
        (call $JS_FreeValue (call $context) (local.get $result))
        (if (local.get $text)
          (then
            (local.set $length (i32.load offset=16 (local.get $frame)))
            (local.set $copy (call $malloc (i32.add (local.get $length) (i32.const 1))))
            (if (local.get $copy)
              (then (drop (call $memcpy (local.get $copy) (local.get $text) (i32.add (local.get $length) (i32.const 1))))))
            (if (local.get $length_at) (then (i32.store (local.get $length_at) (local.get $length))))
            (call $JS_FreeCString (call $context) (local.get $text))))))
    (call $leave (i32.const 32))
    (local.get $copy))

  (func (export "host_module_normalize") (param $base i32) (param $name i32) (result i32)
    (call $text_of_texts (global.get $module_path) (local.get $base) (local.get $name) (i32.const 0)))
  (func (export "host_module_load") (param $name i32) (param $length_at i32) (result i32)
    (call $text_of_texts (global.get $module_source) (local.get $name) (local.get $name) (local.get $length_at)))

  ;; No program is stopped in here, and all live in UTC.
  (func (export "host_interrupt") (result i32) (i32.const 0))
  (func (export "host_get_timezone_offset") (param i32 i32) (result i32) (i32.const 0))

  ;; Nothing is taken down at the end: the memory goes with the instance.
  (func (export "_start")
    (local $frame i32)
    (if (i64.eq (call $JS_Call (call $context) (global.get $start) (global.get $UNDEFINED) (i32.const 0) (i32.const 0)) (global.get $EXCEPTION))
      (then
        ;; It ended with what nothing can catch, which is how the engine tells that there is no more memory.
        (local.set $frame (call $enter (i32.const 16)))
        (i64.store (local.get $frame) (call $JS_GetException (call $context)))
        (drop (call $JS_Call (call $context) (global.get $failed) (global.get $UNDEFINED) (i32.const 1) (local.get $frame)))
        (unreachable))))

  ;; Its export says what this module is.
  (func (export "polymer-interpreter")))
