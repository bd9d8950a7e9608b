//! The conformance task, whatever brings its input: task.zig is the typed form, zig-command/main.zig the command.

const std = @import("std");

/// The spaces of the conformance task.
const spaces = " \t\n\r";

pub const Counted = struct { bytes: usize, words: usize, lines: usize };

/// What is written as JSON: a number, a text or an object.
pub const Output = union(enum) {
    number: u64,
    text: []const u8,
    counted: Counted,

    pub fn jsonStringify(output: Output, writer: anytype) !void {
        switch (output) {
            inline else => |value| try writer.write(value),
        }
    }
};

/// Why there is no output. `Unknown` blames the input.
pub const Error = error{ AskedToFail, NotYet, Unknown, OutOfMemory };

/// Works on a text; `logLine` is called with each line that is to be logged.
pub fn conform(arena: std.mem.Allocator, text: []const u8, attempt: u32, logLine: *const fn (u64) void) Error!Output {
    const space = std.mem.findScalar(u8, text, ' ');
    const verb = if (space) |at| text[0..at] else text;
    if (space) |at| {
        const rest = text[at + 1 ..];
        if (is(verb, "words")) return .{ .counted = words(rest) };
        if (std.fmt.parseInt(u64, rest, 10) catch null) |number| {
            if (is(verb, "fib")) return .{ .number = fib(number) };
            if (is(verb, "big")) return .{ .text = try big(arena, @intCast(number)) };
            if (is(verb, "log")) {
                for (0..@intCast(number)) |line| logLine(line + 1);
                return .{ .number = number };
            }
        }
    }
    if (is(text, "fail")) return error.AskedToFail;
    if (is(text, "retry")) {
        if (attempt < 2) return error.NotYet;
        return .{ .text = try std.fmt.allocPrint(arena, "attempt {d}", .{attempt}) };
    }
    if (is(text, "panic")) @panic("asked to panic");
    if (is(text, "spin")) {
        var turns: u32 = 0;
        while (true) {
            turns +%= 1;
            // Else a loop that does nothing may be taken out.
            std.mem.doNotOptimizeAway(turns);
        }
    }
    return error.Unknown;
}

/// What a failure says.
pub fn message(arena: std.mem.Allocator, err: Error, text: []const u8) error{OutOfMemory}![]const u8 {
    return switch (err) {
        error.AskedToFail => "asked to fail",
        error.NotYet => "not yet",
        error.Unknown => {
            const end = std.mem.findAny(u8, text, spaces) orelse text.len;
            return std.fmt.allocPrint(arena, "what is {s}?", .{text[0..end]});
        },
        error.OutOfMemory => error.OutOfMemory,
    };
}

fn is(left: []const u8, right: []const u8) bool {
    return std.mem.eql(u8, left, right);
}

fn words(text: []const u8) Counted {
    var counted: Counted = .{ .bytes = text.len, .words = 0, .lines = std.mem.countScalar(u8, text, '\n') };
    var rest = std.mem.tokenizeAny(u8, text, spaces);
    while (rest.next()) |_| counted.words += 1;
    return counted;
}

fn fib(n: u64) u64 {
    return if (n < 2) n else fib(n - 1) + fib(n - 2);
}

fn big(arena: std.mem.Allocator, count: usize) error{OutOfMemory}![]u8 {
    const text = try arena.alloc(u8, count);
    @memset(text, 'x');
    return text;
}
