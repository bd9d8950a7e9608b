;; The guest of the fuzz target. It does what the case says, which it copies into its memory when it is initialized: HOST, RUN, DESCRIBE,
;; AFTER_RUN and AFTER_DESCRIBE are put in by `sides.rs`, and where everything stands is in `case.rs`.
(module
    (import "$root" "word" (func $word (param i32) (result i64)))
    (import "$root" "saw" (func $saw (param i64)))
    (import "HOST" "log" (func $log (param i32 i32 i32)))
    (import "HOST" "progress" (func $progress (param i64 i64)))
    (import "HOST" "trace" (func $trace (param i32 i32)))
    (memory (export "memory") 1 2)
    (global $top (mut i32) (i32.const 2048))
    ;; Tidyings-up until the one that traps. It stands beside memory, for the sides may be told different ones.
    (global $tidies (mut i32) (i32.const 0))

    (func $copy (param $at i32) (param $from i32) (param $words i32)
        (loop $next
            (i64.store (local.get $at) (call $word (local.get $from)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (local.set $from (i32.add (local.get $from) (i32.const 1)))
            (local.set $words (i32.sub (local.get $words) (i32.const 1)))
            (br_if $next (local.get $words))))
    (func (export "_initialize")
        (call $copy (i32.const 0) (i32.const 0) (i32.const 128))
        (call $copy (i32.const 65280) (i32.const 128) (i32.const 32))
        (global.set $tidies (i32.wrap_i64 (call $word (i32.const 160)))))

    ;; Notes what it is asked, and answers by the row of the case for this call. No import may be called here.
    (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
        (local $row i32) (local $mode i32)
        (local.set $row (i32.and (i32.load (i32.const 24)) (i32.const 3)))
        (i32.store (i32.const 24) (i32.add (i32.load (i32.const 24)) (i32.const 1)))
        (i32.store offset=1536 (i32.shl (local.get $row) (i32.const 4)) (local.get $old))
        (i32.store offset=1540 (i32.shl (local.get $row) (i32.const 4)) (local.get $old_size))
        (i32.store offset=1544 (i32.shl (local.get $row) (i32.const 4)) (local.get $align))
        (i32.store offset=1548 (i32.shl (local.get $row) (i32.const 4)) (local.get $size))
        (local.set $mode (i32.load offset=32 (i32.shl (local.get $row) (i32.const 3))))
        (if (i32.eq (local.get $mode) (i32.const 2)) (then unreachable))
        (if (i32.eq (local.get $mode) (i32.const 3)) (then (drop (memory.grow (i32.const 1)))))
        (if (i32.eqz (local.get $mode)) (then
            (global.get $top)
            (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get $size)) (i32.const 7)) (i32.const -8)))
            return))
        ;; What was asked for ends where memory does, or as much further as the row says.
        (if (i32.eq (local.get $mode) (i32.const 4)) (then
            (i32.sub
                (i32.add
                    (i32.shl (memory.size) (i32.const 16))
                    (i32.load offset=36 (i32.shl (local.get $row) (i32.const 3))))
                (local.get $size))
            return))
        (i32.load offset=36 (i32.shl (local.get $row) (i32.const 3))))

    ;; Asks the host for what the case says, and tells what stands in memory.
    (func $turn
        (local $kind i32) (local $at i32) (local $hash i64)
        (if (i32.load (i32.const 28)) (then (drop (memory.grow (i32.load (i32.const 28))))))
        (local.set $kind (i32.load (i32.const 4)))
        (if (i32.eq (local.get $kind) (i32.const 1)) (then
            (call $log (i32.load (i32.const 8)) (i32.load (i32.const 12)) (i32.load (i32.const 16)))))
        (if (i32.eq (local.get $kind) (i32.const 2)) (then
            (call $trace (i32.load (i32.const 12)) (i32.load (i32.const 16)))))
        (if (i32.eq (local.get $kind) (i32.const 3)) (then
            (call $progress (i64.load (i32.const 8)) (i64.load (i32.const 16)))))
        (if (i32.eq (local.get $kind) (i32.const 4)) (then unreachable))
        (local.set $hash (i64.const -3750763034362895579))
        (loop $next
            (local.set $hash (i64.mul (i64.xor (local.get $hash) (i64.load (local.get $at))) (i64.const 1099511628211)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const 65536))))
        (call $saw (local.get $hash)))
    (func $pair (param $at i32) (param $length i32)
        (call $saw (i64.or
            (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
            (i64.extend_i32_u (local.get $length)))))

    (func (export "DESCRIBE") (result i32)
        (call $turn)
        (i32.load (i32.const 0)))
    (func (export "RUN") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
        (call $pair (local.get 0) (local.get 1))
        (call $pair (local.get 2) (local.get 3))
        (call $pair (local.get 4) (i32.const 0))
        (call $pair (local.get 5) (local.get 6))
        (call $turn)
        (i32.load (i32.const 0)))
    (func $tidy (param i32)
        (i32.store (i32.const 1600) (local.get 0))
        (global.set $tidies (i32.sub (global.get $tidies) (i32.const 1)))
        (if (i32.eqz (global.get $tidies)) (then unreachable)))
    (export "AFTER_RUN" (func $tidy))
    (export "AFTER_DESCRIBE" (func $tidy)))
