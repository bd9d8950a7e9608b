// `string_decoder`: the package; but what it was waiting for is told once.
const { StringDecoder } = require("string_decoder/");

const { end } = StringDecoder.prototype;
StringDecoder.prototype.end = function (bytes) {
  const rest = end.call(this, bytes);
  this.lastNeed = 0;
  this.lastTotal = 0;
  return rest;
};

module.exports = { StringDecoder };
