;; Prints the bits of what different machines may compute differently: NaNs and relaxed vectors.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\40\00\00\00\30\00\00\00")
  (global $zero (mut f64) (f64.const 0))
  (func (export "_start")
    (f64.store (i32.const 64) (f64.div (global.get $zero) (global.get $zero)))
    (f64.store (i32.const 72) (f64.sqrt (f64.sub (global.get $zero) (f64.const 1))))
    (v128.store (i32.const 80)
      (f32x4.relaxed_madd
        (v128.const f32x4 1.1 -0.0 inf nan:0x200000)
        (v128.const f32x4 3.3 0.0 0.0 1.0)
        (v128.const f32x4 -3.63 -0.0 1.0 1.0)))
    (v128.store (i32.const 96)
      (i8x16.relaxed_swizzle
        (v128.const i64x2 0x0706050403020100 0x0f0e0d0c0b0a0908)
        (v128.const i64x2 0x10ff807f0f010203 0xfefdfcfb00112233)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 128)))))
