// What the prelude knows of the running program, and no program sees.
module.exports = {
  exitCode: undefined,
  isExiting: false,
  // Nanoseconds of the monotonic clock.
  started: 0,
  folder: "/",
  // Ends the program.
  end: null,
  // Told of what nobody caught instead of all else, if the program asks for it.
  capture: null,
  streams: null,
};
