// `stream/consumers`: all of a stream as one value.
const { Buffer } = require("./buffer.js");

async function buffer(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
const text = async (stream) => (await buffer(stream)).toString();

module.exports = {
  buffer,
  text,
  json: async (stream) => JSON.parse(await text(stream)),
  arrayBuffer: async (stream) => Uint8Array.from(await buffer(stream)).buffer,
};
