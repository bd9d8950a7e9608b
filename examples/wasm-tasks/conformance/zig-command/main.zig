//! The conformance task in Zig as a command: stdin to stdout, like any program.

const std = @import("std");
const conformance = @import("conformance.zig");

pub fn main(init: std.process.Init) !u8 {
    const arena = init.arena.allocator();
    const args = try init.minimal.args.toSlice(arena);
    var reader = std.Io.File.stdin().readerStreaming(init.io, &.{});
    const input = try reader.interface.allocRemaining(arena, .unlimited);
    const stdout = std.Io.File.stdout();

    if (args.len > 1 and std.mem.eql(u8, args[1], "bytes")) {
        std.mem.reverse(u8, input);
        try stdout.writeStreamingAll(init.io, input);
        return 0;
    }
    const attempt = try std.fmt.parseInt(u32, init.environ_map.get("POLYMER_ATTEMPT") orelse "1", 10);
    const output = conformance.conform(arena, input, attempt, logLine) catch |err| {
        std.debug.print("{s}\n", .{try conformance.message(arena, err, input)});
        return if (err == error.Unknown) 2 else 1;
    };
    try stdout.writeStreamingAll(init.io, try std.json.Stringify.valueAlloc(arena, output, .{}));
    return 0;
}

fn logLine(number: u64) void {
    std.debug.print("line {d}\n", .{number});
}
