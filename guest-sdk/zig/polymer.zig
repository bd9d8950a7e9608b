//! Typed tasks for Polymer in Zig: this file is all there is. README.md beside it shows a task and how it is built.
//!
//! It is written for Zig 0.17.1. In a native build (`zig test`) nothing is exported and log lines go to stderr.

const std = @import("std");
const builtin = @import("builtin");

/// How the bytes of inputs and outputs are to be read. The values are the contract's.
pub const Encoding = enum(u8) {
    /// One JSON value in UTF-8, which the host checks on both ways.
    json,
    /// One MessagePack value, which the host converts from and to JSON.
    message_pack,
    /// Bytes the host does not look into.
    raw,
};

/// A capability a task would like to have; whoever runs it decides.
pub const Wish = union(enum) {
    /// An environment variable, by name.
    env: []const u8,
    /// A directory to read, by the path the task opens.
    read_dir: []const u8,
    /// A directory to read and write, by the path the task opens.
    write_dir: []const u8,
};

/// Takes an input and returns an output, both in the task's encoding. What is returned may lie in the input or in `attempt.arena`.
pub const Run = *const fn (attempt: *Attempt, input: []u8) anyerror![]const u8;

/// What a module says about one of its tasks.
pub const Task = struct {
    /// Unique in its module, at most 128 bytes.
    name: []const u8,
    version: []const u8 = "",
    /// One line for people.
    summary: []const u8 = "",
    encoding: Encoding = .json,
    /// JSON Schemas, as text.
    input_schema: ?[]const u8 = null,
    output_schema: ?[]const u8 = null,
    wishes: []const Wish = &.{},
    run: Run,
};

/// Why an attempt did not succeed, in the task's own words.
pub const Failure = struct {
    /// For people.
    message: []const u8,
    /// For programs: a short stable word.
    code: ?[]const u8 = null,
    /// Whether another attempt may succeed. The host makes one only if its user allowed retries.
    retryable: bool = false,
    /// How long to wait before it at the least.
    retry_after_ms: ?u64 = null,
    /// Whether the input is to blame, not the task.
    bad_input: bool = false,
};

/// The attempt that is being made.
pub const Attempt = struct {
    /// Which task is asked for.
    task: []const u8,
    /// The id of the task in its run, the same in each attempt at it.
    id: []const u8,
    /// The number of this attempt, from 1.
    number: u32,
    /// Memory for this attempt; all of it is freed at its end.
    arena: std.mem.Allocator,
    failure: ?Failure = null,

    /// Fails: `return attempt.fail(.{ .message = "no such word", .code = "word" })`. Any other error a task returns is a failure with
    /// the name of the error as its message.
    pub fn fail(attempt: *Attempt, failure: Failure) error{Failed} {
        attempt.failure = failure;
        return error.Failed;
    }

    /// A text made of a format, in the memory of the attempt.
    pub fn print(attempt: *Attempt, comptime format: []const u8, args: anytype) error{OutOfMemory}![]u8 {
        return std.fmt.allocPrint(attempt.arena, format, args);
    }
};

/// Makes a task of a function from a value to a value, both of any type `std.json` knows: `.run = polymer.json(count)` with
/// `fn count(attempt: *polymer.Attempt, text: []const u8) !usize`.
pub fn json(comptime function: anytype) Run {
    const info = @typeInfo(@TypeOf(function)).@"fn";
    const Input = info.param_types[1].?;
    return &struct {
        fn run(attempt: *Attempt, input: []u8) anyerror![]const u8 {
            const value = std.json.parseFromSliceLeaky(Input, attempt.arena, input, .{
                .ignore_unknown_fields = true,
            }) catch |err| {
                if (err == error.OutOfMemory) return err;
                return attempt.fail(.{
                    .message = try attempt.print("the input does not fit the task: {s}", .{@errorName(err)}),
                    .code = "input",
                    .bad_input = true,
                });
            };
            const returned = function(attempt, value);
            const output = if (@typeInfo(@TypeOf(returned)) == .error_union) try returned else returned;
            return std.json.Stringify.valueAlloc(attempt.arena, output, .{});
        }
    }.run;
}

/// How serious a log line is. The values are the contract's.
pub const Level = enum(i32) { debug, info, warn, err };

/// Writes a line to the log of the attempt.
pub fn log(level: Level, comptime format: []const u8, args: anytype) void {
    if (!builtin.cpu.arch.isWasm()) return std.debug.print(format ++ "\n", args);
    const text = std.fmt.allocPrint(heap, format, args) catch @trap();
    defer heap.free(text);
    makeUtf8(text);
    abi.log(@backingInt(level), text.ptr, text.len);
}

/// Tells how far the attempt has come, in units of the task's own. A hint for a display.
pub fn progress(done: u64, total: u64) void {
    if (builtin.cpu.arch.isWasm()) abi.progress(done, total);
}

/// What `std.log` is to write to, in the root file: `pub const std_options: std.Options = .{ .logFn = polymer.logFn };`
pub fn logFn(
    comptime level: std.log.Level,
    comptime scope: @EnumLiteral(),
    comptime format: []const u8,
    args: anytype,
) void {
    const prefix = if (scope == .default) "" else @tagName(scope) ++ ": ";
    log(switch (level) {
        .err => .err,
        .warn => .warn,
        .info => .info,
        .debug => .debug,
    }, prefix ++ format, args);
}

/// Logs what a panic says, tells it to the host, whose record then has it as the message, and traps; in the root file: `pub const panic = polymer.panic;`
pub const panic = std.debug.FullPanic(struct {
    fn call(message: []const u8, _: ?usize) noreturn {
        if (builtin.cpu.arch.isWasm()) {
            abi.log(@backingInt(Level.err), message.ptr, message.len);
            abi.trace(message.ptr, message.len);
        }
        @trap();
    }
}.call);

/// Exports the tasks of the module, the first of which is run where none is named:
/// `comptime { polymer.exportTasks(&.{.{ .name = "count", .run = polymer.json(count) }}); }`
pub fn exportTasks(comptime tasks: []const Task) void {
    comptime {
        if (!builtin.cpu.arch.isWasm()) return;
        const Exports = Module(tasks);
        const guest = "polymer:task/guest@0.1.1";
        @export(&abi.realloc, .{ .name = "cabi_realloc" });
        @export(&Exports.describe, .{ .name = guest ++ "#describe" });
        @export(&Exports.describePost, .{ .name = "cabi_post_" ++ guest ++ "#describe" });
        @export(&Exports.run, .{ .name = guest ++ "#run" });
        @export(&Exports.runPost, .{ .name = "cabi_post_" ++ guest ++ "#run" });
    }
}

/// Memory that outlives calls, as far as it is not freed.
const heap = if (builtin.cpu.arch.isWasm()) std.heap.wasm_allocator else std.heap.page_allocator;

/// The canonical ABI of guest-sdk/wit/polymer.wit: records as they lie in memory, imports, and what the host allocates with.
const abi = struct {
    extern "polymer:task/host@0.1.1" fn log(level: i32, message: [*]const u8, length: usize) void;
    extern "polymer:task/host@0.1.1" fn progress(done: u64, total: u64) void;
    extern "polymer:task/host@0.1.1" fn trace(text: [*]const u8, length: usize) void;

    const String = extern struct {
        ptr: [*]const u8,
        len: usize,

        /// Zig's empty slices may point outside the memory, where the host lets no pointer point.
        fn of(bytes: []const u8) String {
            return .{ .ptr = if (bytes.len == 0) &nothing else bytes.ptr, .len = bytes.len };
        }
    };
    const Option = extern struct {
        some: bool,
        value: String,

        fn of(text: ?[]const u8) Option {
            return .{ .some = text != null, .value = .of(text orelse "") };
        }
    };
    const Info = extern struct {
        name: String,
        version: String,
        summary: String,
        encoding: Encoding,
        input_schema: Option,
        output_schema: Option,
        wishes: [*]const WishOf,
        wish_count: usize,
    };
    const WishOf = extern struct { kind: u8, name: String };
    const Described = extern struct { infos: [*]const Info, count: usize };
    const Ran = extern struct {
        failed: bool,
        is: extern union {
            output: String,
            failure: extern struct {
                message: String,
                code: Option,
                retryable: bool,
                retry_after_ms: extern struct { some: bool, value: u64 },
                bad_input: bool,
            },
        },
    };

    comptime {
        // The sizes the contract gives these records where pointers have 32 bits.
        const sizes = [_]usize{ @sizeOf(Info), @sizeOf(WishOf), @sizeOf(Ran) };
        std.debug.assert(@sizeOf(usize) != 4 or std.mem.eql(usize, &sizes, &.{ 60, 12, 56 }));
    }

    const nothing: [1]u8 = .{0};

    /// The host asks for no bytes as well, and wants a pointer then.
    fn realloc(old: ?[*]u8, old_length: usize, alignment: usize, length: usize) callconv(.c) [*]u8 {
        if (length == 0) return @ptrFromInt(alignment);
        if (old_length == 0) return (heap.alloc(u8, length) catch @trap()).ptr;
        return (heap.realloc(old.?[0..old_length], length) catch @trap()).ptr;
    }
};

/// Puts `?` where a text is not UTF-8: the host takes no other, and a message that is hard to read is better than a trap.
fn makeUtf8(text: []u8) void {
    var rest = text;
    while (rest.len > 0) {
        const length = std.unicode.utf8ByteSequenceLength(rest[0]) catch 0;
        if (length == 0 or length > rest.len or !std.unicode.utf8ValidateSlice(rest[0..length])) {
            rest[0] = '?';
            rest = rest[1..];
        } else {
            rest = rest[length..];
        }
    }
}

fn Module(comptime tasks: []const Task) type {
    return struct {
        /// The memory of the attempt, from its begin until the host has copied what came of it.
        var arena: std.heap.ArenaAllocator = undefined;
        /// What the host handed over: an output may lie in it, so it lives as long.
        var given: [3][]u8 = undefined;
        var ran: abi.Ran = undefined;
        var infos: [tasks.len]abi.Info = undefined;
        var described: abi.Described = undefined;

        fn describe() callconv(.c) *const abi.Described {
            arena = .init(heap);
            for (tasks, &infos) |task, *info| {
                const wishes = arena.allocator().alloc(abi.WishOf, task.wishes.len + 1) catch @trap();
                for (task.wishes, wishes[0..task.wishes.len]) |wish, *to| {
                    const name = switch (wish) {
                        inline else => |name| name,
                    };
                    to.* = .{ .kind = @backingInt(wish), .name = .of(name) };
                }
                info.* = .{
                    .name = .of(task.name),
                    .version = .of(task.version),
                    .summary = .of(task.summary),
                    .encoding = task.encoding,
                    .input_schema = .of(task.input_schema),
                    .output_schema = .of(task.output_schema),
                    .wishes = wishes.ptr,
                    .wish_count = task.wishes.len,
                };
            }
            described = .{ .infos = &infos, .count = infos.len };
            return &described;
        }

        fn describePost(_: *const abi.Described) callconv(.c) void {
            arena.deinit();
        }

        fn run(
            task_name: [*]u8,
            task_length: usize,
            id: [*]u8,
            id_length: usize,
            number: u32,
            input: [*]u8,
            length: usize,
        ) callconv(.c) *const abi.Ran {
            arena = .init(heap);
            var attempt: Attempt = .{
                .task = task_name[0..task_length],
                .id = id[0..id_length],
                .number = number,
                .arena = arena.allocator(),
            };
            given = .{ task_name[0..task_length], id[0..id_length], input[0..length] };
            ran = if (find(attempt.task)) |task| enter(task, &attempt, given[2]) else failed(&attempt, error.NoSuchTask);
            return &ran;
        }

        fn runPost(_: *const abi.Ran) callconv(.c) void {
            for (given) |memory| {
                if (memory.len > 0) heap.free(memory);
            }
            arena.deinit();
        }

        fn find(name: []const u8) ?Run {
            for (tasks) |task| {
                if (std.mem.eql(u8, task.name, name)) return task.run;
            }
            return null;
        }

        fn enter(task: Run, attempt: *Attempt, input: []u8) abi.Ran {
            const output = task(attempt, input) catch |err| return failed(attempt, err);
            return .{ .failed = false, .is = .{ .output = .of(output) } };
        }

        fn failed(attempt: *Attempt, err: anyerror) abi.Ran {
            const named: Failure = .{ .message = @errorName(err) };
            const said = if (err == error.Failed) attempt.failure orelse named else named;
            return .{ .failed = true, .is = .{ .failure = .{
                .message = .of(text(said.message)),
                .code = .of(if (said.code) |code| text(code) else null),
                .retryable = said.retryable or said.retry_after_ms != null,
                .retry_after_ms = .{ .some = said.retry_after_ms != null, .value = said.retry_after_ms orelse 0 },
                .bad_input = said.bad_input,
            } } };
        }

        fn text(bytes: []const u8) []const u8 {
            const copy = arena.allocator().dupe(u8, bytes) catch @trap();
            makeUtf8(copy);
            return copy;
        }
    };
}
