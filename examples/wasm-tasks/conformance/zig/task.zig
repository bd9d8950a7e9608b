//! The conformance task in Zig, typed.

const std = @import("std");
const polymer = @import("polymer");
const conformance = @import("conformance.zig");

pub const panic = polymer.panic;

comptime {
    polymer.exportTasks(&.{
        .{
            .name = "conformance",
            .version = "0.1.0",
            .summary = "The same task in every language.",
            .input_schema = "{\"type\":\"string\"}",
            .run = polymer.json(run),
        },
        .{
            .name = "bytes",
            .version = "0.1.0",
            .summary = "Reverses bytes.",
            .encoding = .raw,
            .run = bytes,
        },
    });
}

fn run(attempt: *polymer.Attempt, text: []const u8) !conformance.Output {
    return conformance.conform(attempt.arena, text, attempt.number, logLine) catch |err| {
        const message = try conformance.message(attempt.arena, err, text);
        return attempt.fail(switch (err) {
            error.AskedToFail => .{ .message = message, .code = "asked" },
            error.NotYet => .{ .message = message, .code = "early", .retryable = true },
            error.Unknown => .{ .message = message, .code = "unknown", .bad_input = true },
            error.OutOfMemory => return err,
        });
    };
}

fn bytes(_: *polymer.Attempt, input: []u8) ![]const u8 {
    std.mem.reverse(u8, input);
    return input;
}

fn logLine(number: u64) void {
    polymer.log(.info, "line {d}", .{number});
}
